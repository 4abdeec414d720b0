// Which service a request is for, and which region its address stands for. AWS tells by the host; under one address
// for all services, as `AWS_ENDPOINT_URL` gives it, by the path or by what the request was signed for.

import type { Service } from './call.ts'
import { federationService } from './iam/service.ts'
import { tokenService } from './sts/service.ts'

/** The service, `undefined` where the address has none. */
export function serviceOf(request: Request): Service | undefined {
  const url = new URL(request.url)
  const path = /^\/(?:(sts|iam)\/?)?$/.exec(url.pathname)
  if (path === null || url.hostname.endsWith('.tokens.sts.global.api.aws')) return undefined
  const [, host] = /^(sts|iam)(?:-fips)?\./.exec(url.hostname) ?? []
  // What was signed for any other service is refused by the check of its signature.
  return (host ?? path[1] ?? signedFor(request.headers, url)) === 'iam' ? federationService : tokenService
}

// The service in the credential scope.
function signedFor(headers: Headers, { searchParams }: URL): string | undefined {
  const scope = headers.get('authorization') ?? `Credential=${searchParams.get('X-Amz-Credential')}`
  return /Credential=[^,\s]*\/([a-z]+)\/aws4_request(?:[,\s]|$)/.exec(scope)?.[1]
}

/** Whether that is the one endpoint of STS which stands for no region. */
export function isGlobalEndpoint({ hostname }: URL): boolean {
  return hostname === 'sts.amazonaws.com'
}

/**
 * The region that a signature must be for: `sts.<region>.…` of any partition stands for its region, AWS's endpoints
 * without one for the first region of their partition, any other host, such as loopback, for none.
 */
export function regionOf({ hostname }: URL): string | null {
  const [, region] = /^(?:sts|iam)(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(hostname) ?? []
  return region ?? regionsOfHosts[hostname] ?? null
}

// STS and IAM in the general reference, "Service endpoints", and in botocore's tests of its endpoint rules.
const regionsOfHosts: Readonly<Record<string, string>> = {
  'sts.amazonaws.com': 'us-east-1',
  'iam.amazonaws.com': 'us-east-1',
  'iam-fips.amazonaws.com': 'us-east-1',
  'iam.global.api.aws': 'us-east-1',
  'iam-fips.global.api.aws': 'us-east-1',
  'iam.us-gov.amazonaws.com': 'us-gov-west-1',
  'iam.us-gov.api.aws': 'us-gov-west-1',
  'iam-fips.amazonaws.com.cn': 'cn-north-1',
  'iam.global.api.amazonwebservices.com.cn': 'cn-north-1',
  'iam-fips.api.amazonwebservices.com.cn': 'cn-north-1',
  'iam-fips.amazonaws.eu': 'eusc-de-east-1',
  'iam-fips.cloud.adc-e.uk': 'eu-isoe-west-1',
  'iam-fips.csp.hci.ic.gov': 'us-isof-south-1',
}
