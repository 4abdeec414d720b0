// Somebody changes the AWS account under the Worker: the switch of federation, and the Worker's keys.

import { setTimeout } from 'node:timers/promises'
import { IamClient } from 'aws-web-identity/iam'
import { expect } from 'vitest'
import { crowd, haveReady, recovery, wishes } from './crowd.ts'
import { KEYS, NEXT_KEYS } from './faulty-sts.ts'
import { type Act, atMost, outcome, stsIn, within } from './row.ts'
import type { Theatre } from './theatre.ts'

export const switchedOff: Act<Theatre> = {
  fault: 'federation is switched off in the account, and on again',
  async play(theatre) {
    const { sts } = theatre
    const iam = new IamClient({ region: 'us-east-1', credentials: KEYS, endpoint: sts.url })
    await haveReady(theatre, 'switched-kept')
    await iam.disableOutboundWebIdentityFederation()
    // STS hears of it ten seconds later.
    await setTimeout(10_500)
    const before = sts.requests
    const kept = await crowd(theatre, wishes('switched-kept'))
    expect(sts.requests).toBe(before)
    const fresh = await crowd(theatre, wishes('switched'))
    const requests = sts.requests - before
    const shown = await theatre.consoleWith('OutboundWebIdentityFederationDisabledException')
    expect(shown.sts.failure?.remedy).toMatch(/switch it on/i)
    await theatre.expectLines(kept.requestIds, fresh.requestIds)
    await iam.enableOutboundWebIdentityFederation()
    const took = await recovery(theatre, wishes('switched'))
    await theatre.consoleWell()
    return {
      kept: outcome(kept),
      fresh: outcome(fresh),
      wait: within(10, kept.longest, fresh.longest),
      requests: atMost(30, requests),
      console: stsIn(shown),
      after: `each had a token within ${within(30, took)} of the switch, of which STS takes 10 s`,
    }
  },
}

export const rotated: Act<Theatre> = {
  fault: 'the Worker’s AWS keys are deleted before the next ones are deployed',
  async play(theatre) {
    const { sts } = theatre
    await haveReady(theatre, 'rotated-kept')
    sts.rotateTo(NEXT_KEYS)
    const before = sts.requests
    const kept = await crowd(theatre, wishes('rotated-kept'))
    expect(sts.requests).toBe(before)
    const fresh = await crowd(theatre, wishes('rotated'))
    const requests = sts.requests - before
    const shown = await theatre.consoleWith('InvalidClientTokenId')
    await theatre.expectLines(kept.requestIds, fresh.requestIds)
    await theatre.deploy(NEXT_KEYS)
    const deployed = sts.requests
    const after = await crowd(theatre, [...wishes('rotated-kept'), ...wishes('rotated')])
    await theatre.consoleWell()
    await theatre.expectLines(after.requestIds)
    return {
      kept: outcome(kept),
      fresh: outcome(fresh),
      wait: within(10, kept.longest, fresh.longest, after.longest),
      requests: atMost(60, requests),
      console: stsIn(shown),
      after: `once they are deployed ${outcome(after)}, by ${sts.requests - deployed} requests`,
    }
  },
}
