// The credentials in the JSON of a container's endpoint or of an instance's metadata.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html

import * as v from 'valibot'
import { CredentialsError } from '../errors.ts'
import type { ProvidedCredentials } from './provider.ts'

/** @throws {CredentialsError} which names the member, and holds nothing of the text. */
export function parseCredentials(text: string): ProvidedCredentials {
  const result = v.safeParse(schema, parseJson(text), { abortEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    const member = v.getDotPath(issue)
    if (member === null) throw new CredentialsError('The answer is no JSON object')
    throw new CredentialsError(`${member} of the answer ${issue.message}`, { member })
  }
  const { AccessKeyId, SecretAccessKey, Token, Expiration, AccountId } = result.output
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration: Expiration,
    ...(AccountId ? { accountId: AccountId } : undefined),
  }
}

// The platform's own words would quote the text.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CredentialsError('The answer is no JSON')
  }
}

const RULE = 'must be a string that is not empty'
const text = v.pipe(v.string(RULE), v.minLength(1, RULE))
const DATE_RULE = 'must be a date, such as 2026-11-19T12:00:00Z'

const date = v.pipe(
  v.string(DATE_RULE),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/, DATE_RULE),
  v.transform((value) => new Date(value)),
  v.date(DATE_RULE),
)

// Its message is that of a member which is missing.
const schema = v.object(
  {
    AccessKeyId: text,
    SecretAccessKey: text,
    Token: text,
    Expiration: date,
    AccountId: v.nullish(v.string(RULE)),
  },
  'is missing',
)
