// The policy: who may ask this Worker for what, and who may look. Deny is the default: what it does not name is not.

import * as v from 'valibot'
import { callerSchema } from './caller.ts'
import { audience, email, name, origin, seconds, secrets, several } from './rules.ts'

const pins = several(v.string('must be a string'))

/** What a policy is: `checkPolicy` reads by it, and policy.schema.json is made from it. */
export const policySchema = v.strictObject(
  {
    $schema: v.optional(v.string('must be a string')),
    console: v.optional(
      v.pipe(
        v.strictObject(
          {
            secrets: v.optional(secrets),
            emails: v.optional(v.pipe(several(email), v.description('People whom Access let in.'))),
          },
          'must be an object',
        ),
        v.description('Who may look at the console. Nobody, where it is left out.'),
      ),
      {},
    ),
    access: v.optional(
      v.pipe(
        v.strictObject(
          {
            team: v.pipe(origin, v.description('The team’s domain: https://<team>.cloudflareaccess.com')),
            audience: v.pipe(audience, v.description('The AUD tag of the Access application.')),
          },
          'must be an object',
        ),
        v.description('The application of Cloudflare Access in front of this Worker.'),
      ),
    ),
    webIdentity: v.optional(
      v.pipe(
        v.strictObject(
          {
            audience: v.pipe(
              audience,
              v.description('Whom their tokens must be for: this Worker’s address.'),
            ),
            issuer: v.optional(v.pipe(pins, v.description('Whose tokens are taken: issuers.'))),
            account: v.optional(v.pipe(pins, v.description('Whose tokens are taken: AWS accounts.'))),
            organization: v.optional(
              v.pipe(pins, v.description('Whose tokens are taken: AWS organizations.')),
            ),
            maxTokenAgeSeconds: v.optional(
              v.pipe(seconds, v.description('How long ago a token may have been minted, in seconds.')),
            ),
          },
          'must be an object',
        ),
        v.description('What holds for each web identity token that a caller shows.'),
      ),
    ),
    exchanges: v.optional(
      v.pipe(
        v.record(
          name,
          v.strictObject(
            {
              preset: v.pipe(v.string('must be a string'), v.description('A preset of docs/exchange.md.')),
              options: v.pipe(
                v.record(v.string(), v.unknown(), 'must be an object'),
                v.description('Its options.'),
              ),
            },
            'must be an object',
          ),
          'must be an object',
        ),
        v.description('Access tokens of other services, by the names that callers ask for.'),
      ),
      {},
    ),
    callers: v.pipe(
      v.array(callerSchema, 'must be an array of objects'),
      v.description('Who may ask for what.'),
    ),
  },
  'must be an object',
)

/** The policy, checked. */
export type Policy = v.InferOutput<typeof policySchema>
