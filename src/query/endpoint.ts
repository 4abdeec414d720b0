// From a region to the address of a service and the region of its signature: AWS's endpoint rules.
// https://docs.aws.amazon.com/general/latest/gr/rande.html

import { InputError } from '../errors.ts'
import { type PartitionId, partitionOf } from './partition.ts'

/** What the rules must be told of a service. */
export interface EndpointRules {
  /** The name in the credential scope, and the first label of a regional host: `sts`. */
  readonly signingName: string
  /**
   * The endpoints that are not as the rule has them; `undefined` where they are. Throws an `InputError` where the
   * service has none.
   */
  readonly specialEndpoint: (variant: EndpointVariant) => SpecialEndpoint | undefined
  /** The hosts by which a custom endpoint is known to be the global one. */
  readonly globalHosts: readonly string[]
}

/** Which of a service's endpoints is wanted. */
export interface EndpointVariant {
  readonly region: string
  readonly partition: PartitionId
  readonly fips: boolean
  readonly dualstack: boolean
}

/** An endpoint that is not `https://<service>[-fips].<region>.<suffix>`. */
export interface SpecialEndpoint {
  readonly host: string
  readonly signingRegion: string
  /** Whether it is the service's endpoint without a region. */
  readonly isGlobal: boolean
}

/** Where requests go, and for which region they are signed. */
export interface Endpoint {
  readonly url: URL
  readonly signingRegion: string
  /** The option that led to the service's endpoint without a region; `undefined` when none did. */
  readonly globalBecauseOf: 'region' | 'endpoint' | undefined
}

/** How a caller names an endpoint. */
export interface EndpointOptions {
  readonly region: string
  readonly endpoint?: string | URL | undefined
  readonly useFipsEndpoint?: boolean | undefined
  readonly useDualstackEndpoint?: boolean | undefined
}

/** @throws {InputError} where the options contradict each other, or a region could change the host. */
export function resolveEndpoint(service: EndpointRules, options: EndpointOptions): Endpoint {
  const { region, endpoint, useFipsEndpoint: fips = false, useDualstackEndpoint: dualstack = false } = options
  // The region becomes a label of the host's name: it must be one (RFC 1123 §2.1), and nothing else.
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) {
    throw new InputError('region', 'must be the name of an AWS region, such as eu-central-1')
  }
  const { id: partition, dnsSuffix, dualStackDnsSuffix } = partitionOf(region)
  const special = service.specialEndpoint({ region, partition, fips, dualstack })
  const { signingRegion, isGlobal } = special ?? { signingRegion: region, isGlobal: false }
  if (endpoint !== undefined) {
    if (fips) throw new InputError('useFipsEndpoint', 'cannot go with a custom endpoint')
    if (dualstack) throw new InputError('useDualstackEndpoint', 'cannot go with a custom endpoint')
    const url = customUrl(endpoint)
    const isGlobalHost = service.globalHosts.includes(url.hostname.replace(/\.$/, ''))
    return {
      url,
      signingRegion,
      globalBecauseOf: isGlobal ? 'region' : isGlobalHost ? 'endpoint' : undefined,
    }
  }
  const name = `${service.signingName}${fips ? '-fips' : ''}`
  const host = special?.host ?? `${name}.${region}.${dualstack ? dualStackDnsSuffix : dnsSuffix}`
  return { url: new URL(`https://${host}/`), signingRegion, globalBecauseOf: isGlobal ? 'region' : undefined }
}

function customUrl(endpoint: string | URL): URL {
  const url = parseUrl(endpoint)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InputError('endpoint', 'must be an https: or http: URL')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InputError('endpoint', 'must have no user, password, query or fragment')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

// Not `URL.canParse`, which a Worker has from the compatibility date 2023-05-01 on.
function parseUrl(endpoint: string | URL): URL {
  try {
    return new URL(endpoint)
  } catch {
    // The platform's error holds what was given, and that may hold a password.
    throw new InputError('endpoint', 'must be an absolute URL, such as http://127.0.0.1:4566')
  }
}
