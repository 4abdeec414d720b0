// How costs grow with what causes them: no caller and no issuer may make a call dearer than by its share.

import type { Bench } from './bench.ts'
import { growthsOfAudiences } from './growth/audiences.ts'
import { growthOfKeys } from './growth/keys.ts'
import { growthOfMemory } from './growth/memory.ts'
import { growthsOfMint } from './growth/mint.ts'
import { growthOfReply } from './growth/reply.ts'

export const bench: Bench = {
  about: `Medians at each size; the power is that of the larger half of them: 0 is constant, 1 linear, 2 quadratic. Mints are answered
in this process by a constant reply. The verifiers remember no token, and are there already unless they are *made anew* with their
first verification. *Nested namespaces* are elements in one another, each with a prefix of its own: the worst that a reply can hold.
AWS never writes it, and for it replies have a cap of 64 KiB.`,
  async run(quick) {
    return [
      ...(await growthsOfMint(quick)),
      await growthOfReply(quick),
      await growthOfKeys(quick),
      await growthOfMemory(quick),
      ...(await growthsOfAudiences(quick)),
    ]
  },
}
