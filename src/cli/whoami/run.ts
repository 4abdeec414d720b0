// Says who calls, and what follows from it.

import type { Registration } from '../../exchange/preset.ts'
import { IamClient } from '../../iam/client.ts'
import { StsClient } from '../../sts/client.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { originOf } from '../aws/origin.ts'
import { type Paint, paintFor } from '../colours.ts'
import { exitCodes } from '../exit-code.ts'
import { factsText } from '../facts.ts'
import { type AccountFederation, accountFederation } from '../federation/account-federation.ts'
import { print, printJson } from '../output.ts'
import { presetOf } from '../preset/preset-of.ts'
import { longestTokenSeconds } from './longest-token.ts'
import { type Subject, subjectOf } from './subject.ts'

/** How it was called. */
export interface WhoamiCall extends AwsLine {
  readonly preset: string | undefined
  readonly audience: string | undefined
  readonly json: boolean
}

/** @param more the options that the preset brought */
export async function runWhoami(call: WhoamiCall, more: Readonly<Record<string, unknown>>): Promise<number> {
  const { preset: name, audience } = call
  const line = { preset: name, audience: audience === undefined ? [] : [audience] }
  const preset = await presetOf({ ...line, algorithm: undefined, duration: undefined, tag: [] }, more)
  const access = await awsAccess(call)
  const sts = new StsClient(access.sts)
  const caller = await sts.getCallerIdentity()
  const { expiration } = await access.credentials()
  const subject = subjectOf(caller.arn)
  const federation = await accountFederation(new IamClient(access.iam))
  const found: Found = {
    caller,
    from: originOf(access),
    region: access.region,
    sessionEnd: expiration,
    longest: longestTokenSeconds(expiration, sts.now()),
    subject,
    federation,
    party: preset && {
      name: preset.party,
      registration: preset.registration({
        issuer: federation.state === 'on' ? federation.issuer : '<issuer>',
        subject: subject?.arn ?? '<subject>',
      }),
    },
  }
  if (call.json) printJson(foundObject(found))
  else print(foundText(found))
  return exitCodes.done
}

interface Found {
  readonly caller: { readonly arn: string; readonly account: string; readonly userId: string }
  readonly from: string
  readonly region: string
  readonly sessionEnd: Date | undefined
  readonly longest: number
  readonly subject: Subject | undefined
  readonly federation: AccountFederation
  /** That of the preset. */
  readonly party: { readonly name: string; readonly registration: Registration } | undefined
}

function foundObject({
  caller,
  from,
  region,
  sessionEnd,
  longest,
  subject,
  federation,
  party,
}: Found): object {
  const issuer = federation.state === 'on' ? federation.issuer : null
  return {
    ...caller,
    region,
    credentials: { from, expiration: sessionEnd ?? null },
    longestTokenSeconds: longest,
    federation: {
      state: federation.state,
      ...(federation.state === 'on' && { jwtVendingEnabled: federation.isVending }),
    },
    relyingParty: {
      issuer,
      subject: subject?.arn ?? null,
      subjectMayHavePath: subject?.mayHavePath ?? false,
      discovery: issuer === null ? null : discoveryOf(issuer),
      jwks: issuer === null ? null : keysOf(issuer),
    },
    ...(party !== undefined && { preset: { party: party.name, ...party.registration } }),
  }
}

function foundText({ caller, from, region, sessionEnd, longest, subject, federation, party }: Found): string {
  const paint = paintFor(process.stdout, process.env)
  const issuer = federation.state === 'on' ? federation.issuer : undefined
  const parts = [
    factsText(
      [
        ['caller', caller.arn],
        ['account', caller.account],
        ['user id', caller.userId],
        ['credentials', `${from}, for ${region}`],
        ['session ends', sessionEnd === undefined ? 'not told by the credentials' : sessionEnd.toISOString()],
        ['longest token', longestInWords(longest, sessionEnd)],
        ['federation', federationInWords(federation)],
      ],
      paint,
    ),
    paint('bold', 'To paste at a relying party:'),
    factsText(
      [
        ['issuer', issuer ?? 'not known: see federation above'],
        ['subject', subject?.arn ?? 'none: such a session may not ask for tokens'],
        ['discovery', issuer && discoveryOf(issuer)],
        ['keys', issuer && keysOf(issuer)],
      ],
      paint,
    ),
    subject?.mayHavePath ? pathNote(subject) : '',
    ...(party === undefined ? [] : registrationText(party.name, party.registration, paint)),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function registrationText(party: string, { where, fields, documentation }: Registration, paint: Paint) {
  const facts = fields.map(({ name, value }) => [name, value] as const)
  return [
    paint('bold', `To enter at ${party}:`),
    factsText([['where', where], ...facts, ['see', documentation]], paint),
  ]
}

function longestInWords(seconds: number, sessionEnd: Date | undefined): string {
  if (sessionEnd === undefined) return `${seconds} s, or what the session has left if that is less`
  if (seconds === 0) return 'none: the session has less left than the 60 s that a token must have'
  return `${seconds} s${seconds < 3600 ? ', for a token must end before the session' : ''}`
}

function federationInWords(federation: AccountFederation): string {
  if (federation.state === 'off') return 'off: aws-web-identity enable switches it on for the account'
  if (federation.state === 'on') return federation.isVending ? 'on' : 'on, but no tokens are given'
  return 'not told to this caller, who lacks iam:GetOutboundWebIdentityFederationInfo. The issuer is also the iss of each token: aws-web-identity token --audience x --algorithm ES384 | aws-web-identity decode'
}

function pathNote({ arn }: Subject): string {
  const withPath = arn.replace(':role/', ':role/<path>/')
  return `A session does not show the path of its role. Where the role has one, the subject is ${withPath}, as the sub of a token shows.`
}

function discoveryOf(issuer: string): string {
  return `${issuer}/.well-known/openid-configuration`
}

function keysOf(issuer: string): string {
  return `${issuer}/.well-known/jwks.json`
}
