// GetWebIdentityToken: its parameters on the wire, and how its result is read.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import type { QueryParameters } from '../query/form.ts'
import type { QueryOperation } from '../query/operation.ts'
import { child, textOf, XmlError } from '../query/xml.ts'
import type { CheckedInput } from './get-web-identity-token-input.ts'

/** A web identity token. */
export interface GetWebIdentityTokenOutput {
  /** The signed JWT. It is a bearer secret: to its audience, whoever holds it is you. */
  readonly webIdentityToken: string
  /** When the token ends, by AWS's clock. */
  readonly expiration: Date
}

export const getWebIdentityToken: QueryOperation<GetWebIdentityTokenOutput> = {
  name: 'GetWebIdentityToken',
  isRegionalOnly: true,
  result: (result) => ({
    webIdentityToken: readToken(textOf(child(result, 'WebIdentityToken'))),
    expiration: readDate(textOf(child(result, 'Expiration'))),
  }),
}

/** The operation's parameters, by their names on the wire. */
export function toParameters(input: CheckedInput): QueryParameters {
  return {
    Audience: input.audience,
    SigningAlgorithm: input.signingAlgorithm,
    DurationSeconds: input.durationSeconds,
    Tags: input.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
  }
}

// The shape of a JWS in compact form (RFC 7515 §7.1); whether it is genuine is for the receiver to verify.
function readToken(text: string): string {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw new XmlError('<WebIdentityToken> is no JWT')
  return text
}

// RFC 3339, as Smithy's `date-time` has it, with or without a fraction.
function readDate(text: string): Date {
  const date = new Date(text)
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(date.getTime())
  ) {
    throw new XmlError('<Expiration> is no date')
  }
  return date
}
