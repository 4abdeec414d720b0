// Says how the account's switch stands.

import { IamClient } from '../../iam/client.ts'
import { StsClient } from '../../sts/client.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { harmless, paintFor } from '../colours.ts'
import { exitCodes } from '../exit-code.ts'
import { factsText } from '../facts.ts'
import { print, printJson } from '../output.ts'
import { accountFederation } from './account-federation.ts'

export async function runStatus(call: AwsLine & { readonly json: boolean }): Promise<number> {
  const access = await awsAccess(call)
  const { account } = await new StsClient(access.sts).getCallerIdentity()
  const federation = await accountFederation(new IamClient(access.iam))
  if (federation.state === 'denied') throw federation.error
  const isOn = federation.state === 'on'
  if (call.json) {
    printJson({
      account,
      enabled: isOn,
      issuer: isOn ? federation.issuer : null,
      jwtVendingEnabled: isOn && federation.isVending,
    })
    return exitCodes.done
  }
  const paint = paintFor(process.stdout, process.env)
  const words = isOn
    ? federation.isVending
      ? paint('green', 'on')
      : paint('yellow', 'on, but no tokens are given')
    : paint('yellow', 'off')
  print(`Outbound identity federation of account ${harmless(account)} is ${words}.`)
  if (isOn) print(factsText([['issuer', federation.issuer]], paint))
  else print('Switch it on with aws-web-identity enable.')
  return exitCodes.done
}
