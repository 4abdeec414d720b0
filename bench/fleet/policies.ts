// Four ways to have a token in an isolate, three of them by this package's own sources.

import { brokeredTokenSource } from '../../src/cloudflare/brokered-token-source.ts'
import { createTokenSource } from '../../src/token-source/create-token-source.ts'
import type { BrokerObject } from './broker.ts'
import type { Kv } from './kv.ts'
import { clientOf, type Sts } from './sts.ts'

export const POLICIES = ['mint per request', 'memory', 'memory + KV', 'broker'] as const
export type Policy = (typeof POLICIES)[number]

/** Where isolates get tokens from. */
export interface World {
  readonly sts: Sts
  readonly kv: Kv
  readonly broker: BrokerObject
  readonly audience: string
  readonly durationSeconds: number
}

/** A caller in an isolate. */
export type Caller = () => Promise<string>

const KEY = new Uint8Array(32).fill(7)

/** The isolate that starts at that location. */
export function startIsolate(policy: Policy, world: World, location: number): Caller {
  const { audience, durationSeconds, sts } = world
  const request = { audience, durationSeconds, signingAlgorithm: 'ES384' } as const
  switch (policy) {
    case 'mint per request': {
      const client = clientOf(sts)
      const input = { ...request, audience: [audience] }
      return async () => (await client.getWebIdentityToken(input)).webIdentityToken
    }
    case 'memory':
      return createTokenSource({ ...request, sts: clientOf(sts) }).getToken
    case 'memory + KV': {
      const store = world.kv.at(location)
      return createTokenSource({ ...request, sts: clientOf(sts), store, sealingKeys: KEY }).getToken
    }
    case 'broker':
      return brokeredTokenSource(world.broker.namespace, request).getToken
  }
}
