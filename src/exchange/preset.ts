// What is known of a relying party: which token it wants, what it must be told, and how it trades the token for access.

import type { SigningAlgorithm } from '../sts/get-web-identity-token-input.ts'
import type { Tag } from '../sts/session-input.ts'
import type { TokenRequest } from '../token-source/request.ts'
import type { ExchangeStep } from './step.ts'

/** A relying party, and what it takes. */
export interface Preset {
  /** The name of the preset: `entra`. */
  readonly name: string
  /** How the party is called: `Microsoft Entra`. */
  readonly party: string
  /** What to ask AWS for: spread it into the options of `createTokenSource`. */
  readonly tokenRequest: TokenRequest
  /** The algorithms of AWS's that the party takes. */
  readonly signingAlgorithms: readonly SigningAlgorithm[]
  /** Which of its errors the party gives for any other algorithm, or what its documentation says of it. */
  readonly algorithmRefusal: string | undefined
  /** How the token is traded for an access token; `undefined` where the party takes the token itself. */
  readonly exchange: TokenExchange | undefined
  /** What the party's administrator must enter, for an account of AWS and one of its principals. */
  registration(identity: CallerIdentity): Registration
}

/** A preset of a party that gives access tokens. */
export interface ExchangePreset extends Preset {
  readonly exchange: TokenExchange
}

/** How a token is traded for an access token. */
export interface TokenExchange {
  /** One request after another, each with the token that the one before gave; the first with that of AWS. */
  readonly steps: readonly ExchangeStep[]
  /** What is known of the party's errors, each with what to do about it. */
  readonly remedies: readonly Remedy[]
  /**
   * Whether each exchange gets a token that is minted for it: because the party takes each only once, or lets the access
   * token end with it.
   */
  readonly tokenUse: 'once' | 'until it ends' | 'any'
}

/** What to do about an error. */
export interface Remedy {
  /** Is looked for in the error's code and description. */
  readonly when: RegExp
  /** A sentence. */
  readonly remedy: string
}

/** Who the party will see. */
export interface CallerIdentity {
  /** The account's issuer: `https://<uuid>.tokens.sts.global.api.aws`. */
  readonly issuer: string
  /** The ARN of the role or the user, as `sub` of a token has it. */
  readonly subject: string
}

/** What to enter at the party. */
export interface Registration {
  /** Where, such as a path through the menus of its console. */
  readonly where: string
  /** What, by the names that the party gives to it. */
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  /** The party's own documentation. */
  readonly documentation: string
}

/** What can be said of the token beside what the preset knows. */
export interface TokenOptions {
  /** In place of what suits the party. An algorithm that it refuses is an error. */
  readonly signingAlgorithm?: SigningAlgorithm | undefined
  /** How long the token is valid, in seconds: 60 to 3600. In place of what suits the party. */
  readonly durationSeconds?: number | undefined
  /** Tags of the token, which the party may go by. */
  readonly tags?: readonly Tag[] | undefined
}

/** Where the exchange is, if it is not where the party has it. */
export interface EndpointOptions {
  /** The party's token endpoint, for a proxy or a test: https, or http on loopback. */
  readonly tokenEndpoint?: string | URL | undefined
}
