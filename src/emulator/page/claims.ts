// What the members of a token mean: RFC 7515, RFC 7519 and IAM's "Understanding token claims".

import { duration, moment } from './text.ts'

/** One member of a token in words. */
export interface Explanation {
  readonly name: string
  readonly meaning: string
  /** Its value, where words tell it better than the JSON. */
  readonly value?: string
}

type Members = Readonly<Record<string, unknown>>

export const namespace = 'https://sts.amazonaws.com/'

/** Every member that is there, in the token's order. */
export function explain(header: Members, claims: Members): Explanation[] {
  const inNamespace = claims[namespace]
  return [
    ...Object.keys(header).map((name) => ({ name, meaning: headerMeanings[name] ?? unknown })),
    ...Object.entries(claims).flatMap(([name, value]) =>
      name === namespace
        ? Object.keys(typeof inNamespace === 'object' ? (inNamespace ?? {}) : {}).map((member) => ({
            name: member,
            meaning: namespaceMeanings[member] ?? unknown,
          }))
        : [{ name, ...claimMeaning(name, value, claims) }],
    ),
  ]
}

const unknown = 'Not a claim that AWS documents.'

function claimMeaning(name: string, value: unknown, { iat, exp }: Members): Omit<Explanation, 'name'> {
  const meaning = meanings[name] ?? unknown
  if (name === 'exp' && typeof value === 'number' && typeof iat === 'number') {
    return { meaning: `${meaning} It lives for ${duration(value - iat)}, until`, value: moment(value) }
  }
  if (name === 'iat' && typeof value === 'number' && typeof exp === 'number') {
    return { meaning, value: moment(value) }
  }
  return { meaning }
}

const headerMeanings: Readonly<Record<string, string>> = {
  alg: 'How it is signed. A relying party pins the algorithm, and does not take it from here.',
  kid: "Which of the issuer's published keys verifies it.",
  typ: 'It is a JSON Web Token.',
}

const meanings: Readonly<Record<string, string>> = {
  aud: 'Who may accept it. A relying party refuses a token that does not name it.',
  sub: 'The role or user that asked, without its session: the name to trust.',
  iss: "The account's issuer. Its discovery document leads to the keys, so it must be one that the relying party knows.",
  exp: 'When it ends.',
  iat: 'When it was minted:',
  jti: 'Its id, different for each token.',
}

const namespaceMeanings: Readonly<Record<string, string>> = {
  aws_account: 'The account of the role or user.',
  principal_id: 'The ARN of the role or user, as in sub.',
  source_region: 'The region whose endpoint was asked.',
  org_id: "The account's organization: pin it to trust a whole company and nobody else.",
  ou_path: 'Where the account stands in the organization.',
  request_tags:
    'The caller chose them for this token: never authorize by them, unless a policy restricts what he may choose.',
  principal_tags: "Tags of the role or user and of its session, set by the account's administrators.",
  original_session_exp: "When the caller's own session ends; the token does not outlive it.",
  source_identity: 'Who stood at the start of the chain of roles.',
  federated_provider: 'The identity provider by which the session began.',
  identity_store_user_id: 'The user of IAM Identity Center.',
  identity_store_arn: 'The identity store of that user.',
  ec2_source_instance_arn: 'The EC2 instance whose credentials asked.',
  ec2_instance_source_vpc: 'The VPC of that instance.',
  ec2_instance_source_private_ipv4: 'Its private address.',
  ec2_role_delivery: 'The version of the metadata service that gave the credentials.',
  lambda_source_function_arn: 'The Lambda function whose credentials asked.',
  glue_credential_issuing_service: 'The credentials are those of a Glue job.',
}
