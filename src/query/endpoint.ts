// From a region to the address of a service and the region of its signature: AWS's endpoint rules, with the
// partitions as in botocore's partitions.json.
// https://docs.aws.amazon.com/general/latest/gr/rande.html

import { InputError } from '../errors.ts'
import type { QueryService } from './operation.ts'

/** Where requests go, and for which region they are signed. */
export interface Endpoint {
  readonly url: URL
  readonly signingRegion: string
  /** Whether this is the service's endpoint without a region. */
  readonly isGlobal: boolean
}

/** How a caller names an endpoint. */
export interface EndpointOptions {
  readonly region: string
  readonly endpoint?: string | URL | undefined
  readonly useFipsEndpoint?: boolean | undefined
  readonly useDualstackEndpoint?: boolean | undefined
}

/** @throws {InputError} where the options contradict each other, or a region could change the host. */
export function resolveEndpoint(service: QueryService, options: EndpointOptions): Endpoint {
  const { region, endpoint, useFipsEndpoint = false, useDualstackEndpoint = false } = options
  // The region becomes a label of the host's name: it must be one (RFC 1123 §2.1), and nothing else.
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) {
    throw new InputError('region', 'must be the name of an AWS region, such as eu-central-1')
  }
  const global = Object.hasOwn(service.globalEndpoints, region) ? service.globalEndpoints[region] : undefined
  const signingRegion = global?.signingRegion ?? region
  if (endpoint !== undefined) {
    if (useFipsEndpoint) throw new InputError('useFipsEndpoint', 'cannot go with a custom endpoint')
    if (useDualstackEndpoint) throw new InputError('useDualstackEndpoint', 'cannot go with a custom endpoint')
    const url = customUrl(endpoint)
    return { url, signingRegion, isGlobal: global !== undefined || isGlobalHost(service, url.hostname) }
  }
  if (global !== undefined && !useFipsEndpoint && !useDualstackEndpoint) {
    return { url: new URL(`https://${global.host}/`), signingRegion, isGlobal: true }
  }
  const partition = partitionOf(region)
  const fips = useFipsEndpoint && !(partition.fipsIsOrdinary && !useDualstackEndpoint) ? '-fips' : ''
  const suffix = useDualstackEndpoint ? partition.dualStackDnsSuffix : partition.dnsSuffix
  const url = new URL(`https://${service.signingName}${fips}.${region}.${suffix}/`)
  return { url, signingRegion: region, isGlobal: global !== undefined }
}

function customUrl(endpoint: string | URL): URL {
  if (!URL.canParse(endpoint)) {
    throw new InputError('endpoint', 'must be an absolute URL, such as http://127.0.0.1:4566')
  }
  const url = new URL(endpoint)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InputError('endpoint', 'must be an https: or http: URL')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InputError('endpoint', 'must have no user, password, query or fragment')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

function isGlobalHost(service: QueryService, hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  return Object.values(service.globalEndpoints).some(({ host }) => host === name)
}

interface Partition {
  readonly regions: RegExp
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
  /** GovCloud's ordinary endpoints are its FIPS endpoints. */
  readonly fipsIsOrdinary?: boolean
}

const AWS: Partition = {
  regions: /^((us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+|aws-global)$/,
  dnsSuffix: 'amazonaws.com',
  dualStackDnsSuffix: 'api.aws',
}

const PARTITIONS: readonly Partition[] = [
  AWS,
  {
    regions: /^(cn-\w+-\d+|aws-cn-global)$/,
    dnsSuffix: 'amazonaws.com.cn',
    dualStackDnsSuffix: 'api.amazonwebservices.com.cn',
  },
  {
    regions: /^eusc-de-\w+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    dualStackDnsSuffix: 'api.amazonwebservices.eu',
  },
  {
    regions: /^(us-iso-\w+-\d+|aws-iso-global)$/,
    dnsSuffix: 'c2s.ic.gov',
    dualStackDnsSuffix: 'api.aws.ic.gov',
  },
  {
    regions: /^(us-isob-\w+-\d+|aws-iso-b-global)$/,
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackDnsSuffix: 'api.aws.scloud',
  },
  {
    regions: /^(eu-isoe-\w+-\d+|aws-iso-e-global)$/,
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackDnsSuffix: 'api.cloud-aws.adc-e.uk',
  },
  {
    regions: /^(us-isof-\w+-\d+|aws-iso-f-global)$/,
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackDnsSuffix: 'api.aws.hci.ic.gov',
  },
  {
    regions: /^(us-gov-\w+-\d+|aws-us-gov-global)$/,
    dnsSuffix: 'amazonaws.com',
    dualStackDnsSuffix: 'api.aws',
    fipsIsOrdinary: true,
  },
]

// A region that fits no partition's pattern is taken for a new one of the largest.
function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS
}
