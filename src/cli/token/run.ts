// Mints a token and hands it on: to stdout, to a file, or to a file that it keeps fresh.

import { StsClient } from '../../sts/client.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { type Format, formatter } from './formats.ts'
import { keepFresh } from './keep-fresh.ts'
import { type RequestLine, tokenRequestOf } from './request.ts'
import { telling } from './telling.ts'
import { tokenFileAt } from './token-file.ts'

/** How it was called. */
export interface TokenCall extends RequestLine, AwsLine {
  readonly format: Format
  readonly variable: string
  readonly out: string | undefined
  readonly watch: boolean
  /** In seconds. */
  readonly 'minimum-validity': number | undefined
  readonly json: boolean
}

export async function runToken(call: TokenCall): Promise<number> {
  const { out, watch, json, variable, 'minimum-validity': left } = call
  const request = tokenRequestOf(call)
  if (watch && out === undefined) throw new UsageError('--watch needs a file to keep fresh, --out FILE')
  if (left !== undefined && !watch) throw new UsageError('--minimum-validity goes with --watch')
  const write = formatter({ format: json ? 'json' : call.format, variable, env: process.env })
  const file = out === undefined ? undefined : await tokenFileAt(out)
  const sts = new StsClient((await awsAccess(call)).sts)
  const tell = telling(out ?? '', json)
  if (file !== undefined && watch) {
    const minimumValidity = left === undefined ? undefined : left * 1000
    return keepFresh({ sts, request, minimumValidity, tell, write: (minted) => file.write(write(minted)) })
  }
  const { webIdentityToken, expiration } = await sts.getWebIdentityToken(request)
  const text = write({ token: webIdentityToken, expiration })
  if (file === undefined) {
    process.stdout.write(text)
  } else {
    await file.write(text)
    tell.written(expiration)
  }
  return exitCodes.done
}
