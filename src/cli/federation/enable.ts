// Switches federation on.

import { isFeatureEnabledException, isServiceError } from '../../errors.ts'
import { IamClient } from '../../iam/client.ts'
import { waitUntilVending } from '../../iam/wait-until-vending.ts'
import { StsClient } from '../../sts/client.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { harmless } from '../colours.ts'
import { Complaint } from '../complaint.ts'
import { confirm } from '../confirm.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson, tell } from '../output.ts'

/** How it was called. */
export interface EnableCall extends AwsLine {
  readonly yes: boolean
  readonly wait: boolean
  readonly audience: string
  readonly json: boolean
}

export async function runEnable(call: EnableCall): Promise<number> {
  const access = await awsAccess(call)
  const sts = new StsClient(access.sts)
  const { account } = await sts.getCallerIdentity()
  await confirm(
    `Switch on outbound identity federation for the whole account ${harmless(account)}?`,
    call.yes,
  )
  const { issuer, isNew } = await enabled(new IamClient(access.iam))
  if (call.wait) {
    if (!call.json) tell('Waiting until STS gives tokens …')
    await firstToken(sts, call.audience)
  }
  if (call.json) {
    printJson({ account, issuer, changed: isNew, ...(call.wait && { vending: true }) })
    return exitCodes.done
  }
  const state = isNew ? 'is on now' : 'was on already'
  print(
    `Outbound identity federation of account ${harmless(account)} ${state}. Its issuer is ${harmless(issuer)}`,
  )
  if (call.wait) print('STS gives tokens.')
  else if (isNew) print('STS gives tokens in about ten seconds.')
  return exitCodes.done
}

async function enabled(iam: IamClient): Promise<{ readonly issuer: string; readonly isNew: boolean }> {
  try {
    const { issuerIdentifier } = await iam.enableOutboundWebIdentityFederation()
    return { issuer: issuerIdentifier, isNew: true }
  } catch (error) {
    if (!isFeatureEnabledException(error)) throw error
    const { issuerIdentifier } = await iam.getOutboundWebIdentityFederationInfo()
    return { issuer: issuerIdentifier, isNew: false }
  }
}

// That this caller may not mint says nothing of the switch, which is on by then.
async function firstToken(sts: StsClient, audience: string): Promise<void> {
  try {
    await waitUntilVending({ sts, audience: [audience], signingAlgorithm: 'ES384', durationSeconds: 60 })
  } catch (error) {
    if (!isServiceError(error)) throw error
    throw new Complaint(
      `Federation is on, but this caller gets no token for ${audience}, so that it can't be seen whether others do: ${error.message}`,
      { cause: error },
    )
  }
}
