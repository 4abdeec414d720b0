// All that the emulator knows of accounts and principals, and by which credentials it knows a caller.

import { seededBytes } from '../issuer/seed.ts'
import { Fault } from '../protocol/fault.ts'
import { type Account, type EmulatorAccount, toAccount } from './account.ts'
import type { Caller, Session } from './caller.ts'
import { givenSession } from './given-session.ts'
import { administratorAccess, type Identity, toIdentity } from './identity.ts'
import type { EmulatorPrincipal } from './principal.ts'
import { type SessionCredentials, type SessionPolicies, SessionSeal } from './sealed-session.ts'
import type { EmulatorState } from './state.ts'

/** What a directory is made of; all of it was checked. */
export interface DirectoryOptions {
  /** What holds in every account that does not say otherwise. */
  readonly defaults: Omit<EmulatorAccount, 'accountId'>
  readonly accounts: readonly EmulatorAccount[]
  readonly principals: readonly EmulatorPrincipal[]
  readonly seed: string | undefined
  readonly state: EmulatorState | undefined
  /** Called after what `export` gives has changed. */
  readonly onChange: () => void
}

/** A caller that has the secret of its key. */
export interface KnownCaller {
  readonly caller: Caller
  readonly secretAccessKey: string
}

interface AccessKey extends KnownCaller {
  readonly sessionToken: string | undefined
}

export class Directory {
  readonly #accounts = new Map<string, Account>()
  readonly #identities = new Map<string, Identity>()
  readonly #accessKeys = new Map<string, AccessKey>()
  readonly #seal: SessionSeal
  readonly #options: DirectoryOptions
  #sessionKey: Promise<Uint8Array<ArrayBuffer>> | undefined

  constructor(options: DirectoryOptions) {
    this.#options = options
    this.#seal = new SessionSeal(() => this.#secret())
    for (const account of options.accounts) this.#addAccount(account)
    for (const principal of options.principals) {
      const identity = toIdentity(principal)
      if (!this.#accounts.has(identity.accountId)) this.#addAccount({ accountId: identity.accountId })
      this.#identities.set(identity.arn, identity)
      this.#addAccessKey(identity, principal)
    }
  }

  get accounts(): readonly Account[] {
    return [...this.#accounts.values()]
  }

  get identities(): readonly Identity[] {
    return [...this.#identities.values()]
  }

  /** The account that holds a principal. */
  account(id: string): Account {
    const account = this.#accounts.get(id)
    if (account === undefined) throw new TypeError(`No principal is of the account ${id}`)
    return account
  }

  identity(arn: string): Identity | undefined {
    return this.#identities.get(arn)
  }

  /** Of the keys that it was given; sessions are kept nowhere. */
  accessKeyIdsOf(arn: string): readonly string[] {
    return [...this.#accessKeys].flatMap(([id, { caller }]) => (caller.identity.arn === arn ? id : []))
  }

  /** The account whose access key that is, as far as the emulator gave it out. */
  accountOfAccessKey(accessKeyId: string): string | undefined {
    return this.#accessKeys.get(accessKeyId)?.caller.identity.accountId
  }

  /** The JSON of a managed policy, as far as a principal has it. */
  managedPolicy(arn: string): string | undefined {
    for (const { policies } of this.#options.principals) {
      if (policies !== undefined && Object.hasOwn(policies, arn)) return JSON.stringify(policies[arn])
    }
    return arn === administratorAccess.name ? JSON.stringify(administratorAccess.document) : undefined
  }

  /** Whose credentials these are; a `Fault` where nobody's, or a session's that has ended. */
  async findCaller(accessKeyId: string, sessionToken: string | null, now: number): Promise<KnownCaller> {
    const known = this.#accessKeys.get(accessKeyId) ?? (await this.#openSession(accessKeyId, sessionToken))
    // A session's key without its token is as unknown as a long-term key with one.
    if (known === undefined || (known.sessionToken ?? null) !== sessionToken) {
      // AWS was seen to end the sentence only where no token was sent.
      const end = sessionToken === null ? '.' : ''
      const message = `The security token included in the request is invalid${end}`
      throw new Fault(403, 'InvalidClientTokenId', message)
    }
    const { session } = known.caller
    if (session !== null && session.expiration !== null && now >= session.expiration) {
      throw new Fault(403, 'ExpiredToken', 'The security token included in the request is expired')
    }
    return known
  }

  /** Temporary credentials for a session of that user or role. */
  giveSession(
    { accountId, arn }: Identity,
    session: Omit<Session, 'policies'>,
    policies: SessionPolicies | undefined,
  ): Promise<SessionCredentials> {
    return this.#seal.seal(accountId, arn, session, policies)
  }

  async export(): Promise<EmulatorState> {
    const accounts = this.accounts.map(async ({ id, issuer, federation }) => ({
      accountId: id,
      issuerId: issuer.id,
      keys: (await issuer.keys()).map((key) => ({ ...key.privateJwk })),
      federationEnabled: federation.state.enabled,
      switchedAt: federation.state.switchedAt,
    }))
    const sessionKey = btoa(String.fromCharCode(...(await this.#secret())))
    return { version: 1, sessionKey, accounts: await Promise.all(accounts) }
  }

  async #openSession(accessKeyId: string, sessionToken: string | null): Promise<AccessKey | undefined> {
    if (sessionToken === null) return undefined
    const opened = await this.#seal.open(accessKeyId, sessionToken)
    const identity = opened && this.#identities.get(opened.arn)
    // The user or role may have gone since, from the configuration of an emulator that kept its state.
    if (opened === undefined || identity === undefined) return undefined
    return {
      caller: { identity, session: opened.session },
      secretAccessKey: opened.secretAccessKey,
      sessionToken,
    }
  }

  #addAccount(account: EmulatorAccount): void {
    const { defaults, seed, state, onChange } = this.#options
    const kept = state?.accounts.find(({ accountId }) => accountId === account.accountId)
    const { switchedAt = null, ...restored } = kept ?? {}
    const options = { ...defaults, ...account, ...restored }
    this.#accounts.set(account.accountId, toAccount(options, seed, switchedAt, onChange))
  }

  #addAccessKey(identity: Identity, principal: EmulatorPrincipal): void {
    const { accessKeyId, secretAccessKey, sessionToken } = principal
    if (accessKeyId === undefined || secretAccessKey === undefined) return
    const caller = { identity, session: givenSession(identity, principal) }
    this.#accessKeys.set(accessKeyId, { caller, secretAccessKey, sessionToken })
  }

  #secret(): Promise<Uint8Array<ArrayBuffer>> {
    this.#sessionKey ??= this.#makeSecret()
    return this.#sessionKey
  }

  async #makeSecret(): Promise<Uint8Array<ArrayBuffer>> {
    const { seed, state } = this.#options
    if (state !== undefined) return Uint8Array.from(atob(state.sessionKey), (byte) => byte.charCodeAt(0))
    return seed === undefined
      ? crypto.getRandomValues(new Uint8Array(32))
      : seededBytes(seed, 'session tokens', 32)
  }
}
