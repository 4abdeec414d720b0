// The rules of single values in the policy. Each has words of its own, because valibot's would show the value.

import * as v from 'valibot'

const string = v.string('must be a string')

/** At least one of them. */
export function several<const Item extends v.GenericSchema<string, string>>(item: Item) {
  return v.pipe(v.array(item, 'must be an array of strings'), v.minLength(1, 'must hold at least one'))
}

/** How callers and exchanges are called. */
export const name = v.pipe(string, v.regex(/^[\w.@:/-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ . @ : / -'))

/** A web identity token's audience. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
export const audience = v.pipe(
  string,
  v.minLength(1, 'must not be empty'),
  v.maxLength(1000, 'must have at most 1000 characters'),
  v.check((text) => text.isWellFormed(), 'must be well-formed Unicode: it holds half a surrogate pair'),
)

/** An email address; in small letters, as people write them either way. */
export const email = v.pipe(string, v.email('must be an email address'), v.toLowerCase())

/**
 * Somebody's address as the policy has it, in small letters: those of ASCII alone, as the policy's are. The small letter of
 * U+212A is `k`, and whoever has the one address need not be who has the other.
 */
export function foldedEmail(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** How a token is signed. */
export const algorithm = v.picklist(['RS256', 'ES384'], 'must be "RS256" or "ES384"')

const duration = 'must be a whole number of seconds from 60 to 3600'

/** What AWS takes for `DurationSeconds`. */
export const seconds = v.pipe(
  v.number(duration),
  v.integer(duration),
  v.minValue(60, duration),
  v.maxValue(3600, duration),
)

const wholeNumber = 'must be a whole number of at least 1'

/** How often something may be done. */
export const count = v.pipe(v.number(wholeNumber), v.safeInteger(wholeNumber), v.minValue(1, wholeNumber))

/** A tag's key. https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html */
export const tagKey = v.pipe(
  string,
  v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'must be 1 to 128 letters, digits, spaces and _.:/=+-@'),
)
/** A tag's value. */
export const tagValue = v.pipe(
  string,
  v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u, 'must be up to 256 letters, digits, spaces and _.:/=+-@'),
)

/** One principal: what the token of a role or user has for `sub`. */
export const principalArn = v.pipe(
  string,
  v.regex(/^arn:[\w-]+:[^\s*?]{1,2000}$/, 'must be the whole ARN of a principal, without wildcards'),
  // What `aws sts get-caller-identity` prints of a role is its session, which no token names.
  v.check(
    (arn) => !/^arn:[\w-]+:sts:/.test(arn),
    'must be the ARN of the role, arn:aws:iam::<account>:role/<path and name>, and not of its session',
  ),
)

/** Where Access publishes its keys. */
export const origin = v.pipe(
  string,
  v.regex(
    /^(?:https:\/\/[\w.-]+(?::\d+)?|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?)$/,
    'must be an origin such as https://example.cloudflareaccess.com',
  ),
)

const time = 'must be a time such as 2027-01-31T00:00:00Z'

/** SHA-256 of no bytes: what `$SECRET` is where it was never set. */
const HASH_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const secret = v.strictObject(
  {
    sha256: v.pipe(
      string,
      v.regex(/^[\da-f]{64}$/, 'must be a SHA-256 hash: 64 hexadecimal digits in small letters'),
      v.check((hash) => hash !== HASH_OF_NOTHING, 'must not be the hash of an empty secret'),
      v.description('SHA-256 of the secret: printf %s "$SECRET" | sha256sum'),
    ),
    expires: v.optional(
      v.pipe(
        string,
        v.isoTimestamp(time),
        // Of an offset in hours alone, which ISO 8601 has, it makes no time: the secret would open nothing.
        v.check((text) => !Number.isNaN(Date.parse(text)), time),
        v.description('From this time on it opens nothing.'),
      ),
    ),
  },
  'must be an object',
)

/** Before so long a secret's end is pointed out, in milliseconds: two weeks. */
export const ENDS_SOON = 14 * 86_400_000

/** A secret that opens something, known by its hash. */
export type Secret = v.InferOutput<typeof secret>

/** Secrets, each of which opens the same. */
export const secrets = v.pipe(
  v.array(secret, 'must be an array of objects'),
  v.minLength(1, 'must hold at least one'),
  v.description('The secrets that open it. Several, while one takes the place of another.'),
)
