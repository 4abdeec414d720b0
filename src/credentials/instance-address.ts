// Where the instance metadata service of EC2 is.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html

import { CredentialsError } from '../errors.ts'
import { type Environment, readVariableIfAllowed } from './environment.ts'

const ADDRESSES = { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' }

/** What may be set beside the environment, and goes before it. */
export interface InstanceAddressOptions {
  readonly env?: Environment | undefined
  readonly endpoint?: string | URL | undefined
  readonly endpointMode?: 'IPv4' | 'IPv6' | undefined
}

/** @throws {CredentialsError} where the service is switched off (`tryNextLink`), or no address is one. */
export function instanceAddress({ env, endpoint, endpointMode }: InstanceAddressOptions): URL {
  const disabled = readVariableIfAllowed(env, 'AWS_EC2_METADATA_DISABLED') ?? 'false'
  if (disabled.toLowerCase() !== 'false') {
    throw new CredentialsError('AWS_EC2_METADATA_DISABLED switches it off', { tryNextLink: true })
  }
  if (endpoint !== undefined) return parse(String(endpoint), 'endpoint')
  const fromEnv = readVariableIfAllowed(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT')
  if (fromEnv !== undefined) return parse(fromEnv, 'AWS_EC2_METADATA_SERVICE_ENDPOINT')
  const mode = endpointMode ?? readVariableIfAllowed(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE') ?? 'IPv4'
  return new URL(addressFor(mode))
}

function parse(address: string, name: string): URL {
  const url = tryParse(address)
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new CredentialsError(`${name} must be a URL of http or https, without a user name or a password`)
  }
  return url
}

function addressFor(mode: string): string {
  switch (mode.toLowerCase()) {
    case 'ipv4':
      return ADDRESSES.ipv4
    case 'ipv6':
      return ADDRESSES.ipv6
    default:
      throw new CredentialsError(`AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE must be IPv4 or IPv6`)
  }
}

function tryParse(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}
