// STS GetAccessKeyInfo: whose account an access key is of, whether or not it is active.

import { decodeAccountId } from '../account/access-key-id.ts'
import { authorize, refuseFederatedUser, type SignedCall } from '../call.ts'
import {
  lengthAtLeast,
  lengthAtMost,
  matches,
  refuseViolations,
  validationError,
  violationsOf,
} from '../protocol/constraints.ts'
import { parameterAt, readString } from '../protocol/form.ts'
import type { Result } from '../protocol/response.ts'

const rules = [lengthAtLeast(16), lengthAtMost(128), matches(String.raw`[\w]*`)]

/** The members of GetAccessKeyInfoResult. */
export async function getAccessKeyInfo(call: SignedCall): Promise<Result> {
  const { parameters, directory } = call
  const accessKeyId = readString(parameterAt(parameters, 'AccessKeyId'))
  refuseViolations(violationsOf('accessKeyId', accessKeyId, rules))
  refuseFederatedUser(call.caller, 'GetAccessKeyInfo')
  await authorize(call, 'sts:GetAccessKeyInfo', '*')
  const id = accessKeyId ?? ''
  const account = directory.accountOfAccessKey(id) ?? decodeAccountId(id)
  if (account === undefined) throw validationError(`${id} is not a valid access key`)
  return { Account: account }
}
