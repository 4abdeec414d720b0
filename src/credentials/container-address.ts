// Which address gives a container its credentials, and which address may not: whoever can set the variable
// must not be able to send the container's authorization token anywhere in plain text.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

import { CredentialsError } from '../errors.ts'
import { isSecure } from '../http/secure-url.ts'
import { type Environment, readVariable } from './environment.ts'

const RELATIVE_URI = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
const FULL_URI = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
const ECS_ORIGIN = 'http://169.254.170.2'

/** @throws {CredentialsError} where no address is set (`tryNextLink`), or one that is not allowed. */
export function containerAddress(env: Environment | undefined): URL {
  const relative = readVariable(env, RELATIVE_URI)
  if (relative !== undefined) return relativeAddress(relative)
  const full = readVariable(env, FULL_URI)
  if (full !== undefined) return fullAddress(full)
  throw new CredentialsError(`${RELATIVE_URI} and ${FULL_URI} are not set`, { tryNextLink: true })
}

// Without the slash, `@example.com/` or `.example.com/` would change the host.
function relativeAddress(path: string): URL {
  const url = path.startsWith('/') ? parse(ECS_ORIGIN + path) : undefined
  if (url === undefined) throw new CredentialsError(`${RELATIVE_URI} must be a path that begins with /`)
  return url
}

function fullAddress(address: string): URL {
  const url = parse(address)
  if (url === undefined) throw new CredentialsError(`${FULL_URI} must be a URL with a host`)
  if (url.username !== '' || url.password !== '') {
    throw new CredentialsError(`${FULL_URI} must not hold a user name or a password`)
  }
  if (isSecure(url) || (url.protocol === 'http:' && METADATA_HOSTS.includes(url.hostname))) return url
  throw new CredentialsError(
    `${FULL_URI} must be https, or http to localhost, 127.0.0.0/8, [::1], 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]; it names ${url.protocol}//${url.host}`,
  )
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}

// The URL parser has written each IPv4 address in decimal and each IPv6 address in its shortest form.
const METADATA_HOSTS = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']
