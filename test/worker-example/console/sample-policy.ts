// A policy with all that there can be in one, as the console's tests give it.

import { hashOf, SECRET } from './samples.ts'

const DAY = 24 * 60 * 60_000

/** With secrets that end soon, and some that have ended. */
export function fullPolicy(now = Date.now()) {
  const at = (days: number) => new Date(now + days * DAY).toISOString()
  return {
    console: {
      secrets: [
        { sha256: hashOf(SECRET), expires: at(200) },
        { sha256: hashOf('old'), expires: at(-3) },
      ],
      emails: ['ada@example.com'],
    },
    access: { team: 'https://example.cloudflareaccess.com', audience: 'c'.repeat(64) },
    webIdentity: {
      audience: 'https://tokens.example.com',
      account: ['123456789012'],
      maxTokenAgeSeconds: 300,
    },
    exchanges: {
      'artifacts/read': {
        preset: 'googleCloud',
        options: {
          provider:
            'projects/123456789012/locations/global/workloadIdentityPools/aws-pool/providers/aws-tokens',
        },
      },
    },
    callers: [
      {
        name: 'deploy',
        secrets: [
          { sha256: hashOf('deploy-1'), expires: at(9) },
          { sha256: hashOf('deploy-2'), expires: at(90) },
        ],
        audiences: ['https://api.example.com', 'https://billing.example.com'],
        algorithms: ['ES384', 'RS256'],
        maxDurationSeconds: 900,
        tags: { fixed: { team: 'web' }, fromCaller: { by: 'caller' }, allowed: ['ticket'] },
      },
      {
        name: 'people',
        access: { emails: ['ada@example.com', 'grace@example.com'] },
        audiences: ['https://api.example.com'],
        tags: { fromCaller: { person: 'email' } },
      },
      {
        name: 'batch@nightly',
        subjects: ['arn:aws:iam::123456789012:role/batch/nightly'],
        exchanges: ['artifacts/read'],
      },
      {
        name: 'shop-worker',
        serviceBinding: 'shop',
        secrets: [{ sha256: hashOf('shop'), expires: at(-1) }],
        audiences: ['https://stock.example.com'],
      },
    ],
  }
}
