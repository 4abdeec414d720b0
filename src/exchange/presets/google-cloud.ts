// Google Cloud's workload identity federation: RFC 8693, then a service account's token where one is named.
// https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token

import * as v from 'valibot'
import { check } from '../../check.ts'
import { grantStep } from '../grants.ts'
import { makeExchangePreset } from '../make-preset.ts'
import { audience, endpointEntries, identifier, scopes, secureUrl, tokenEntries } from '../options.ts'
import type {
  CallerIdentity,
  EndpointOptions,
  ExchangePreset,
  Registration,
  Remedy,
  TokenOptions,
} from '../preset.ts'
import { impersonationStep } from './google-impersonation.ts'

/** What Google Cloud must be told. */
export interface GoogleCloudOptions extends TokenOptions, EndpointOptions {
  /**
   * The provider of the workload identity pool:
   * `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`, also as Google writes it
   * elsewhere, with `//iam.googleapis.com/` or `https://iam.googleapis.com/` in front.
   */
  readonly provider: string
  /** What the access token is for; `https://www.googleapis.com/auth/cloud-platform` when absent. */
  readonly scopes?: string | readonly string[] | undefined
  /** The service account to impersonate; without it the access token is that of the pool's principal. */
  readonly serviceAccountEmail?: string | undefined
  /** How long the service account's token lives, in seconds: 600 to 43,200; 3600 when absent. */
  readonly lifetimeSeconds?: number | undefined
  /** As the provider allows it; the provider's name behind `https://iam.googleapis.com/` when absent. */
  readonly audience?: string | undefined
  /** The origin of the IAM Credentials API, for a proxy or a test. */
  readonly iamCredentialsEndpoint?: string | URL | undefined
}

/**
 * Google Cloud: an access token of a principal of a workload identity pool, or of a service account. It lists RS256 and
 * ES256 alone, of which AWS has RS256.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-providers
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { createTokenExchange, presets } from 'aws-web-identity/exchange'
 *
 * export function googleTokens(sts: StsClient) {
 *   const google = presets.googleCloud({
 *     provider: 'projects/123456789/locations/global/workloadIdentityPools/aws/providers/outbound',
 *     serviceAccountEmail: 'worker@my-project.iam.gserviceaccount.com',
 *   })
 *   return createTokenExchange(google, createTokenSource({ sts, ...google.tokenRequest }))
 * }
 * ```
 */
export function googleCloud(options: GoogleCloudOptions): ExchangePreset {
  const own = check(schema, options, 'options')
  const { provider, serviceAccountEmail } = own
  const impersonates = serviceAccountEmail !== undefined
  const exchange = {
    steps: [
      grantStep('token-exchange', {
        endpoint: own.tokenEndpoint ?? new URL('https://sts.googleapis.com/v1/token'),
        parameters: {
          audience: `//iam.googleapis.com/${provider}`,
          // What is impersonated with needs this scope, whatever the service account's token is for.
          scope: impersonates ? CLOUD_PLATFORM : own.scopes,
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        },
      }),
      ...(impersonates ? [impersonationStep({ ...own, serviceAccountEmail })] : []),
    ],
    remedies,
    tokenUse: 'any',
  } as const
  const tokenAudience = own.audience ?? `https://iam.googleapis.com/${provider}`
  return makeExchangePreset(
    {
      name: 'googleCloud',
      party: 'Google Cloud',
      signingAlgorithms: ['RS256'],
      algorithmRefusal: 'its documentation lists RS256 and ES256 alone',
      exchange,
      registration: (identity) => registration(identity, provider, tokenAudience, serviceAccountEmail),
    },
    { ...own, audience: tokenAudience },
  )
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

/** The longest `google.subject`, in bytes. */
const LONGEST_SUBJECT = 127

function registration(
  { issuer, subject }: CallerIdentity,
  provider: string,
  tokenAudience: string,
  serviceAccountEmail: string | undefined,
): Registration {
  const pool = provider.replace(/\/providers\/.*$/, '')
  const isLong = new TextEncoder().encode(subject).length > LONGEST_SUBJECT
  // What stands behind the last slash is a name, which is short.
  const path = subject.slice(0, subject.lastIndexOf('/') + 1)
  const mapped = isLong ? subject.slice(path.length) : subject
  const mapping = isLong ? `assertion.sub.extract(${literal(`${path}{name}`)})` : 'assertion.sub'
  const principal = `principal://iam.googleapis.com/${pool}/subject/${mapped}`
  return {
    where: 'IAM & Admin, Workload Identity Federation, the pool, Add provider, OpenID Connect (OIDC)',
    fields: [
      { name: 'Issuer (URL)', value: issuer },
      { name: 'Allowed audiences', value: tokenAudience },
      { name: 'Attribute mapping, google.subject', value: mapping },
      { name: 'Attribute condition', value: `assertion.sub == ${literal(subject)}` },
      {
        name:
          serviceAccountEmail === undefined
            ? 'Principal, to be granted roles'
            : `Principal, to be granted roles/iam.workloadIdentityUser on ${serviceAccountEmail}`,
        value: principal,
      },
    ],
    documentation: 'https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-providers',
  }
}

// As the Common Expression Language has it: the path of a role may hold a quote.
function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

const remedies: readonly Remedy[] = [
  {
    when: /\binvalid_target\b/,
    remedy: 'The pool or the provider is not there, or is disabled: check `provider`.',
  },
  {
    when: /\bunauthorized_client\b/,
    remedy: "The provider's attribute condition refuses the token: compare it with the token's claims.",
  },
  {
    when: /\bPERMISSION_DENIED\b/,
    remedy:
      'Grant the principal of the pool roles/iam.workloadIdentityUser on the service account, and enable the IAM Service Account Credentials API.',
  },
]

export const schema = v.strictObject(
  {
    provider: v.pipe(
      v.string('must be a string'),
      v.transform((name) => name.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '')),
      v.regex(
        /^projects\/\d{1,20}\/locations\/global\/workloadIdentityPools\/[a-z\d-]{4,32}\/providers\/[a-z\d-]{4,32}$/,
        'must be projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>',
      ),
    ),
    scopes: v.optional(scopes, CLOUD_PLATFORM),
    serviceAccountEmail: v.optional(
      identifier(
        /^[a-z\d][\w.-]{0,62}@[a-z\d][a-z\d.-]{0,200}\.gserviceaccount\.com$/i,
        'must be the address of a service account, such as worker@my-project.iam.gserviceaccount.com',
      ),
    ),
    lifetimeSeconds: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(600, 'must be from 600 to 43200'),
        v.maxValue(43_200, 'must be from 600 to 43200'),
      ),
      3600,
    ),
    audience: v.optional(audience),
    iamCredentialsEndpoint: v.optional(secureUrl),
    ...tokenEntries('RS256', 300),
    ...endpointEntries,
  },
  'must be an object',
)
