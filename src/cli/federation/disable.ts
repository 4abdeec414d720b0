// Switches federation off.

import { isFeatureDisabledException } from '../../errors.ts'
import { IamClient } from '../../iam/client.ts'
import { StsClient } from '../../sts/client.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { harmless } from '../colours.ts'
import { confirm } from '../confirm.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'

export async function runDisable(
  call: AwsLine & { readonly yes: boolean; readonly json: boolean },
): Promise<number> {
  const access = await awsAccess(call)
  const { account } = await new StsClient(access.sts).getCallerIdentity()
  await confirm(
    `Switch off outbound identity federation for the whole account ${harmless(account)}? Nobody in it gets a token then.`,
    call.yes,
  )
  const changed = await disabled(new IamClient(access.iam))
  if (call.json) {
    printJson({ account, changed })
    return exitCodes.done
  }
  const state = changed ? 'is off now. Tokens that were given stay valid until they end' : 'was off already'
  print(`Outbound identity federation of account ${harmless(account)} ${state}.`)
  return exitCodes.done
}

/** Whether that changed anything. */
async function disabled(iam: IamClient): Promise<boolean> {
  try {
    await iam.disableOutboundWebIdentityFederation()
    return true
  } catch (error) {
    if (!isFeatureDisabledException(error)) throw error
    return false
  }
}
