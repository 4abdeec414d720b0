// Mints a token and hands it on: to stdout, to a file, or to a file that it keeps fresh.

import type { ExchangePreset, Preset } from '../../exchange/preset.ts'
import { StsClient } from '../../sts/client.ts'
import type { GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import { type AwsLine, awsAccess } from '../aws/access.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { type PresetLine, presetOf } from '../preset/preset-of.ts'
import { type Format, formatter, type Minted } from './formats.ts'
import { keepFresh } from './keep-fresh.ts'
import { tokenRequestOf } from './request.ts'
import { awsSource, exchangeSource, type MintedSource, type MintedSourceOptions } from './source.ts'
import { telling } from './telling.ts'
import { tokenFileAt } from './token-file.ts'

/** How it was called. */
export interface TokenCall extends PresetLine, AwsLine {
  readonly exchange: boolean
  readonly format: Format
  readonly variable: string
  readonly out: string | undefined
  readonly watch: boolean
  /** In seconds. */
  readonly 'minimum-validity': number | undefined
  readonly json: boolean
}

/** @param more the options that the preset brought */
export async function runToken(call: TokenCall, more: Readonly<Record<string, unknown>>): Promise<number> {
  const { out, watch, json, variable, 'minimum-validity': left } = call
  const preset = await presetOf(call, more)
  const exchangePreset = call.exchange ? exchangeOf(preset) : undefined
  const request = tokenRequestOf(call, preset)
  if (watch && out === undefined) throw new UsageError('--watch needs a file to keep fresh, --out FILE')
  if (left !== undefined && !watch) throw new UsageError('--minimum-validity goes with --watch')
  const format = json ? 'json' : call.format
  if (call.exchange && format === 'google') {
    throw new UsageError('--format google is for the token of AWS, which Google’s libraries trade themselves')
  }
  const write = formatter({ format, variable, env: process.env })
  const file = out === undefined ? undefined : await tokenFileAt(out)
  const sts = new StsClient((await awsAccess(call)).sts)
  const source = (options: MintedSourceOptions) =>
    exchangePreset === undefined
      ? awsSource(sts, request, options)
      : exchangeSource(sts, exchangePreset, options)
  const tell = telling(out ?? '', json)
  if (file !== undefined && watch) {
    const minimumValidity = left === undefined ? undefined : left * 1000
    return keepFresh({ source, minimumValidity, tell, write: (minted) => file.write(write(minted)) })
  }
  const minted = exchangePreset === undefined ? await mint(sts, request) : await once(source({}))
  if (file === undefined) {
    process.stdout.write(write(minted))
  } else {
    await file.write(write(minted))
    tell.written(minted.expiration)
  }
  return exitCodes.done
}

// Not by a source, which asks for less where the session ends soon: whoever asks once is to get what he asked for.
async function mint(sts: StsClient, request: GetWebIdentityTokenInput): Promise<Minted> {
  const { webIdentityToken, expiration } = await sts.getWebIdentityToken(request)
  return { kind: 'web identity', token: webIdentityToken, expiration }
}

async function once(source: MintedSource): Promise<Minted> {
  try {
    return await source.get()
  } finally {
    await source.dispose()
  }
}

function exchangeOf(preset: Preset | undefined): ExchangePreset {
  if (preset === undefined) throw new UsageError('--exchange needs a party to trade with, --preset NAME')
  const { exchange, party } = preset
  if (exchange === undefined) {
    throw new UsageError(`--exchange has nothing to do: ${party} takes the token itself`)
  }
  return { ...preset, exchange }
}
