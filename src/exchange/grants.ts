// How a token is shown to a token endpoint: RFC 8693 (token exchange) and RFC 7523 (as the grant, or as the client's
// credentials), with the parameters that a party wants besides.

import { type ExchangeRequest, type ExchangeStep, form, json } from './step.ts'
import { readTokenResponse } from './token-response.ts'

/** In which form parameters are sent: RFC 6749 knows the form alone. */
export type BodyFormat = 'form' | 'json'

/** A request to a token endpoint. */
export interface GrantFacts {
  readonly endpoint: URL
  /** The parameters that the party wants besides; those that are `undefined` are left out. */
  readonly parameters?: Readonly<Record<string, string | undefined>>
  readonly bodyFormat?: BodyFormat
  readonly headers?: Readonly<Record<string, string>>
}

/** The names of the grants. */
export type Grant = 'token-exchange' | 'jwt-bearer' | 'client-credentials'

/** The parameters in which the token is shown. */
const shown: Readonly<Record<Grant, (token: string) => Readonly<Record<string, string>>>> = {
  // RFC 8693 section 2.1
  'token-exchange': (token) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  }),
  // RFC 7523 section 2.1
  'jwt-bearer': (token) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: token,
  }),
  // RFC 7523 section 2.2
  'client-credentials': (token) => ({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: token,
  }),
}

export function grantStep(grant: Grant, facts: GrantFacts): ExchangeStep {
  return tokenEndpointStep(shown[grant], facts)
}

/** A request to a token endpoint that shows the token in parameters of the party's own. */
export function tokenEndpointStep(
  show: (token: string) => Readonly<Record<string, string>>,
  { endpoint, parameters = {}, bodyFormat = 'form', headers }: GrantFacts,
): ExchangeStep {
  return {
    endpoint,
    request(token): ExchangeRequest {
      const given = Object.entries({ ...show(token), ...parameters })
      const sent = given.filter((entry): entry is [string, string] => entry[1] !== undefined)
      return (bodyFormat === 'form' ? form : json)(Object.fromEntries(sent), headers)
    },
    read: readTokenResponse,
  }
}
