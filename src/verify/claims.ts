// Reads the claims of a token: those that must be there, of their types, and AWS's own in their namespace.
// RFC 7519 section 4.1, and IAM's "Understanding token claims".

import { VerificationError } from '../errors.ts'
import { type PrincipalArn, parsePrincipalArn } from './arn.ts'
import type { IdentityFacts, Tags, WebIdentity } from './identity.ts'
import { isJsonObject, type JsonObject, own } from './json.ts'

const NAMESPACE = 'https://sts.amazonaws.com/'

/** @throws {VerificationError} `claims` */
export function readClaims(claims: JsonObject): IdentityFacts {
  const issued = seconds(claims, 'iat')
  const expires = seconds(claims, 'exp')
  const notBefore = Object.hasOwn(claims, 'nbf') ? seconds(claims, 'nbf') : undefined
  const subject = text(claims, 'sub')
  const namespace = own(claims, NAMESPACE)
  if (!isJsonObject(namespace)) throw wrong(NAMESPACE, 'is missing or no object')
  const arn = principalArn(subject)
  const accountId = text(namespace, 'aws_account')
  if (accountId !== arn.account) throw wrong('aws_account', 'is not the account in "sub"')
  const undated: IdentityFacts['undated'] = {
    issuer: text(claims, 'iss'),
    subject,
    arn,
    audience: audience(claims),
    accountId,
    principalTags: tags(namespace, 'principal_tags'),
    requestTags: tags(namespace, 'request_tags'),
    tokenId: text(claims, 'jti'),
    claims,
    ...optionalTexts(namespace),
    ...organizationalUnitPath(namespace),
  }
  return { undated, issued, expires, notBefore, sessionExpires: sessionExpires(namespace) }
}

/** Milliseconds of a claim in whole seconds, as AWS writes them. */
function seconds(claims: JsonObject, name: string): number {
  const value = own(claims, name)
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw wrong(name, 'is missing or no time in whole seconds')
  }
  return value * 1000
}

function text(object: JsonObject, name: string): string {
  const value = own(object, name)
  if (typeof value !== 'string' || value === '') throw wrong(name, 'is missing or no text')
  return value
}

function principalArn(subject: string): PrincipalArn {
  const arn = parsePrincipalArn(subject)
  if (arn === undefined) throw wrong('sub', 'is no ARN of a user, a role or a root user')
  return arn
}

function audience(claims: JsonObject): readonly string[] {
  const list = listOfTexts(own(claims, 'aud'))
  if (list === undefined || list.length === 0) throw wrong('aud', 'is missing or no text or list of texts')
  return list
}

// The guide shows a string where AWS sends a list.
function organizationalUnitPath(namespace: JsonObject): Pick<WebIdentity, 'organizationalUnitPath'> {
  if (!Object.hasOwn(namespace, 'ou_path')) return {}
  const list = listOfTexts(namespace['ou_path'])
  if (list === undefined) throw wrong('ou_path', 'is no text or list of texts')
  return { organizationalUnitPath: list }
}

/** One text as a list, or the list as it was parsed, which is frozen. */
function listOfTexts(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return Object.freeze([value])
  return isListOfTexts(value) ? value : undefined
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string')
}

const OPTIONAL_TEXTS = {
  org_id: 'organizationId',
  principal_id: 'principalId',
  source_region: 'sourceRegion',
  federated_provider: 'federatedProvider',
  identity_store_user_id: 'identityStoreUserId',
  identity_store_arn: 'identityStoreArn',
  source_identity: 'sourceIdentity',
  ec2_source_instance_arn: 'ec2SourceInstanceArn',
  ec2_instance_source_vpc: 'ec2InstanceSourceVpc',
  ec2_instance_source_private_ipv4: 'ec2InstanceSourcePrivateIpv4',
  ec2_role_delivery: 'ec2RoleDelivery',
  lambda_source_function_arn: 'lambdaFunctionArn',
  glue_credential_issuing_service: 'glueCredentialIssuingService',
} as const

type OptionalName = (typeof OPTIONAL_TEXTS)[keyof typeof OPTIONAL_TEXTS]
const OPTIONAL_NAMES: ReadonlyMap<string, OptionalName> = new Map(Object.entries(OPTIONAL_TEXTS))

function optionalTexts(namespace: JsonObject): { [Name in OptionalName]?: string } {
  const found: { [Name in OptionalName]?: string } = {}
  for (const claim of Object.keys(namespace)) {
    const name = OPTIONAL_NAMES.get(claim)
    if (name === undefined) continue
    const value = namespace[claim]
    if (typeof value !== 'string') throw wrong(claim, 'is no text')
    found[name] = value
  }
  return found
}

function tags(namespace: JsonObject, name: string): Tags {
  const value = Object.hasOwn(namespace, name) ? namespace[name] : {}
  if (!isJsonObject(value)) throw wrong(name, 'is no object of texts')
  const found: Record<string, string> = Object.create(null)
  for (const [key, tag] of Object.entries(value)) {
    if (typeof tag !== 'string') throw wrong(name, 'is no object of texts')
    found[key] = tag
  }
  return Object.freeze(found)
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

function sessionExpires(namespace: JsonObject): number | undefined {
  const name = 'original_session_exp'
  if (!Object.hasOwn(namespace, name)) return undefined
  const value = own(namespace, name)
  const time = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw wrong(name, 'is no time as RFC 3339 writes it')
  return time
}

function wrong(name: string, reason: string): VerificationError {
  return new VerificationError('claims', `The claim "${name}" ${reason}`)
}
