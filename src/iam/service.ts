// AWS Identity and Access Management as the Query protocol must know it. Each partition has one endpoint, signed
// for one region, whichever region the client is in.
// https://docs.aws.amazon.com/general/latest/gr/iam-service.html

import { onDemand } from '../on-demand.ts'
import type { QueryService } from '../query/connection.ts'
import type { PartitionId } from '../query/partition.ts'

export const iam: QueryService = {
  signingName: 'iam',
  version: '2010-05-08',
  specialEndpoint({ partition, fips, dualstack }) {
    const { signingRegion, plain, fipsHost, dualstackHost, fipsDualstackHost } = endpoints[partition]
    const host = dualstack ? (fips ? fipsDualstackHost : dualstackHost) : fips ? fipsHost : plain
    return host === undefined ? undefined : { host, signingRegion, isGlobal: true }
  },
  globalHosts: [],
  loadRequests: onDemand(() => import('../query/sign.ts')),
  loadReplies: onDemand(async () => (await import('./replies.ts')).replies),
}

interface PartitionEndpoints {
  readonly signingRegion: string
  readonly plain: string
  readonly fipsHost: string
  /** Absent where the regional rule holds. */
  readonly dualstackHost?: string
  readonly fipsDualstackHost?: string
}

const endpoints: Readonly<Record<PartitionId, PartitionEndpoints>> = {
  aws: {
    signingRegion: 'us-east-1',
    plain: 'iam.amazonaws.com',
    fipsHost: 'iam-fips.amazonaws.com',
    dualstackHost: 'iam.global.api.aws',
    fipsDualstackHost: 'iam-fips.global.api.aws',
  },
  'aws-cn': {
    signingRegion: 'cn-north-1',
    plain: 'iam.cn-north-1.amazonaws.com.cn',
    fipsHost: 'iam-fips.amazonaws.com.cn',
    dualstackHost: 'iam.global.api.amazonwebservices.com.cn',
    fipsDualstackHost: 'iam-fips.api.amazonwebservices.com.cn',
  },
  'aws-eusc': {
    signingRegion: 'eusc-de-east-1',
    plain: 'iam.eusc-de-east-1.amazonaws.eu',
    fipsHost: 'iam-fips.amazonaws.eu',
  },
  'aws-iso': {
    signingRegion: 'us-iso-east-1',
    plain: 'iam.us-iso-east-1.c2s.ic.gov',
    fipsHost: 'iam-fips.us-iso-east-1.c2s.ic.gov',
  },
  'aws-iso-b': {
    signingRegion: 'us-isob-east-1',
    plain: 'iam.us-isob-east-1.sc2s.sgov.gov',
    fipsHost: 'iam-fips.us-isob-east-1.sc2s.sgov.gov',
  },
  'aws-iso-e': {
    signingRegion: 'eu-isoe-west-1',
    plain: 'iam.eu-isoe-west-1.cloud.adc-e.uk',
    fipsHost: 'iam-fips.cloud.adc-e.uk',
  },
  'aws-iso-f': {
    signingRegion: 'us-isof-south-1',
    plain: 'iam.us-isof-south-1.csp.hci.ic.gov',
    fipsHost: 'iam-fips.csp.hci.ic.gov',
  },
  'aws-us-gov': {
    signingRegion: 'us-gov-west-1',
    plain: 'iam.us-gov.amazonaws.com',
    fipsHost: 'iam.us-gov.amazonaws.com',
    dualstackHost: 'iam.us-gov.api.aws',
    fipsDualstackHost: 'iam.us-gov.api.aws',
  },
}
