// What the console is given to show: nothing yet, a working day, and what nobody should have to see.

import { createHash } from 'node:crypto'
import type { AuditLine } from '../../../worker-example/ledger/audit-line.ts'
import type { LiveToken, Snapshot } from '../../../worker-example/ledger/snapshot.ts'

const MINUTE = 60_000

export const SECRET = 'the-secret-that-opens-the-console'
export const HOSTILE = `</td></table><script>document.title='broken'</script><img src=x onerror="document.title='broken'">" onmouseover="x \u202Egnp.exe\u200B\u0000`

/** The policy's name of a secret. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export const POLICY = {
  console: { secrets: [{ sha256: hashOf(SECRET) }] },
  callers: [
    { name: 'deploy', secrets: [{ sha256: hashOf('deploy') }], audiences: ['https://api.example.com'] },
  ],
}

export function emptySnapshot(now = Date.now()): Snapshot {
  return {
    now,
    tokens: [],
    decisions: [],
    sts: { recent: [], attempts: 0, failures: 0, retries: 0 },
  }
}

export function tokenOf(audience: string, now = Date.now(), rest: Partial<LiveToken> = {}): LiveToken {
  return {
    kind: 'token',
    audience: [audience],
    signingAlgorithm: 'ES384',
    durationSeconds: 300,
    tags: [],
    issuer: 'https://0a1b2c3d-0000-4000-8000-000000000000.tokens.sts.global.api.aws',
    mintedAt: now - MINUTE,
    expiresAt: now + 4 * MINUTE,
    mints: 1,
    asked: 12,
    askedAt: now - 5000,
    ...rest,
  }
}

export function grant(number: number, now = Date.now(), rest: Partial<AuditLine> = {}): AuditLine {
  return {
    at: now - number * 7000,
    requestId: `8f0c6a1e-${String(number).padStart(4, '0')}-4c55-9a3e-5f1f6f1f0000`,
    action: 'token',
    verdict: 'granted',
    caller: 'deploy',
    via: 'secret',
    identity: 'a1b2c3d4…',
    audience: ['https://api.example.com'],
    signingAlgorithm: 'ES384',
    durationSeconds: 300,
    tokenId: `jti-${number}`,
    expiresAt: now - number * 7000 + 5 * MINUTE,
    ...rest,
  }
}

/** A working day. */
export function fullSnapshot(now = Date.now(), decisions = 12): Snapshot {
  const failure = {
    at: now - 20_000,
    code: 'AccessDenied',
    message:
      'User: arn:aws:iam::123456789012:user/broker is not authorized to perform: sts:TagGetWebIdentityToken',
    remedy: 'Allow sts:TagGetWebIdentityToken as well, in the policy of the user.',
    requestId: 'c6104cbe-af31-11e0-8154-cbc7ccf896c7',
  }
  return {
    now,
    tokens: [
      tokenOf('https://api.example.com', now, {
        mints: 7,
        asked: 1204,
        tags: [{ key: 'team', value: 'web' }],
      }),
      tokenOf('https://billing.example.com', now, {
        expiresAt: now + 40_000,
        failure,
        tags: [
          { key: 'team', value: 'web' },
          { key: 'ticket', value: 'OPS-1729' },
        ],
      }),
      tokenOf(
        '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/aws-pool/providers/aws-tokens',
        now,
        {
          kind: 'access-token',
          exchange: 'artifacts/read',
          signingAlgorithm: 'RS256',
          expiresAt: now + 51 * MINUTE,
          durationSeconds: 3600,
        },
      ),
      tokenOf('https://stock.example.com', now, { expiresAt: now - 30 * MINUTE, asked: 1, mints: 1 }),
    ],
    decisions: [
      grant(0, now, {
        verdict: 'denied',
        audience: ['https://payroll.example.com'],
        code: 'audience_not_allowed',
        why: 'deploy may not have tokens for this audience',
      }),
      grant(1, now, {
        caller: 'people',
        via: 'access',
        identity: 'ada@example.com',
        tags: [{ key: 'person', value: 'ada@example.com' }],
      }),
      {
        at: now - 14_500,
        requestId: '8f0c6a1e-9999-4c55-9a3e-5f1f6f1f0000',
        action: 'token',
        verdict: 'denied',
        address: '2001:db8::17',
        code: 'invalid_secret',
        why: 'the secret is none of the policy’s',
      },
      grant(3, now, {
        caller: 'batch@nightly',
        via: 'web-identity',
        identity: 'arn:aws:iam::123456789012:role/batch/nightly',
        action: 'access-token',
        exchange: 'artifacts/read',
      }),
      grant(4, now, {
        verdict: 'failed',
        audience: ['https://billing.example.com'],
        code: 'AccessDenied',
        why: failure.message,
        upstreamRequestId: failure.requestId,
      }),
      ...Array.from({ length: Math.max(0, decisions - 5) }, (_, index) => grant(index + 5, now)),
    ],
    sts: {
      successAt: now - MINUTE,
      failure,
      recent: Array.from({ length: 100 }, (_, index) => ({
        duration: index === 70 ? 3 : 60 + ((index * 37) % 50) + (index % 31 === 0 ? 240 : 0),
        hasFailed: index === 70 || index === 93,
      })),
      attempts: 412,
      failures: 3,
      retries: 2,
      clockOffset: 192_000,
    },
  }
}

/** What callers and parties may send, where nobody stops them. */
export function hostileSnapshot(now = Date.now()): Snapshot {
  const failure = { at: now, code: HOSTILE, message: HOSTILE.repeat(8), remedy: HOSTILE, requestId: HOSTILE }
  const tags = [
    { key: HOSTILE, value: 'x'.repeat(256) },
    { key: 'a\u0301\u0301\u0301\u0301\u0301', value: '' },
  ]
  return {
    now,
    tokens: [
      tokenOf('x'.repeat(1000), now, { failure, tags }),
      tokenOf(HOSTILE, now, { exchange: HOSTILE, signingAlgorithm: HOSTILE, expiresAt: 8.64e15 + 1 }),
    ],
    decisions: [
      grant(0, now, {
        verdict: 'denied',
        caller: HOSTILE,
        identity: HOSTILE,
        address: HOSTILE,
        audience: [HOSTILE, 'y'.repeat(1000)],
        tags,
        code: HOSTILE,
        why: HOSTILE,
        tokenId: HOSTILE,
        requestId: HOSTILE,
        upstreamRequestId: HOSTILE,
      }),
    ],
    sts: { failure, recent: [], attempts: 2, failures: 1, retries: 0 },
  }
}
