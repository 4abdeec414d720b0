// AWS Security Token Service as the Query protocol must know it: version, endpoints, replies.
// https://docs.aws.amazon.com/STS/latest/APIReference/

import { InputError } from '../errors.ts'
import { onDemand } from '../on-demand.ts'
import type { QueryService } from '../query/connection.ts'

/** Loads what is needed before a request is sent. */
export const loadStsRequests = onDemand(() => import('./requests.ts'))

/** Loads what is needed once a request is on the wire. */
export const loadStsReplies = onDemand(() => import('./replies.ts'))

const GLOBAL_HOST = 'sts.amazonaws.com'

export const sts: QueryService = {
  signingName: 'sts',
  version: '2011-06-15',
  specialEndpoint({ region, partition, fips, dualstack }) {
    if (region === 'aws-global') {
      if (fips || dualstack) {
        throw new InputError(
          'region',
          'must be a region, such as us-east-1: aws-global has no FIPS or dual-stack endpoint',
        )
      }
      return { host: GLOBAL_HOST, signingRegion: 'us-east-1', isGlobal: true }
    }
    // GovCloud's ordinary endpoints are its FIPS endpoints.
    if (partition === 'aws-us-gov' && fips && !dualstack) {
      return { host: `sts.${region}.amazonaws.com`, signingRegion: region, isGlobal: false }
    }
    return undefined
  },
  globalHosts: [GLOBAL_HOST],
  loadRequests: loadStsRequests,
  loadReplies: async () => (await loadStsReplies()).replies,
}
