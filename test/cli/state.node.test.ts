import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IamClient } from '../../src/iam/index.ts'
import { StsClient } from '../../src/index.ts'
import { finished, type Run, run, temporaryDirectory, temporaryFile } from './run-cli.ts'

const role = 'arn:aws:iam::123456789012:role/app'
const principals = [
  { arn: 'arn:aws:iam::123456789012:user/app', accessKeyId: 'AKIAAPP', secretAccessKey: 'secret' },
  { arn: role },
]
const credentials = { accessKeyId: 'AKIAAPP', secretAccessKey: 'secret' }

describe('a state that is kept', () => {
  test('has the same issuer, keys, sessions and switch after a restart', async () => {
    const directory = join(temporaryDirectory(), 'a/b')
    const first = await start(directory)
    const keys = await keysOf(first.issuer)
    const sts = new StsClient({ region: 'us-east-1', endpoint: first.endpoint, credentials })
    const session = await sts.assumeRole({ roleArn: role, roleSessionName: 'kept' })
    await new IamClient({
      region: 'us-east-1',
      endpoint: first.endpoint,
      credentials,
    }).disableOutboundWebIdentityFederation()
    expect(await stop(first.emulator)).toBe(0)
    expect(readdirSync(directory)).toEqual(['state.json'])
    expect(statSync(join(directory, 'state.json')).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)

    const second = await start(directory)
    expect(new URL(second.issuer).pathname).toBe(new URL(first.issuer).pathname)
    expect(await keysOf(second.issuer)).toEqual(keys)
    const resumed = new StsClient({
      region: 'us-east-1',
      endpoint: second.endpoint,
      credentials: session.credentials,
    })
    expect((await resumed.getCallerIdentity()).arn).toMatch(/assumed-role\/app\/kept$/)
    const iam = new IamClient({ region: 'us-east-1', endpoint: second.endpoint, credentials })
    await expect(iam.getOutboundWebIdentityFederationInfo()).rejects.toMatchObject({
      code: 'FeatureDisabled',
    })
  })

  test('is written while it runs, so that a crash loses nothing', async () => {
    const directory = temporaryDirectory()
    const first = await start(directory)
    await new IamClient({
      region: 'us-east-1',
      endpoint: first.endpoint,
      credentials,
    }).disableOutboundWebIdentityFederation()
    await expect
      .poll(() => readFileSync(join(directory, 'state.json'), 'utf8'))
      .toContain('"federationEnabled": false')
    first.emulator.kill('SIGKILL')
    await first.emulator.exited
    // The lock that it left is of a process that is gone.
    expect(existsSync(join(directory, 'lock'))).toBe(true)
    const second = await start(directory)
    expect(new URL(second.issuer).pathname).toBe(new URL(first.issuer).pathname)
  })

  test('is for one emulator at a time', async () => {
    const directory = temporaryDirectory()
    const { emulator } = await start(directory)
    expect(await finished(['emulator', '--port', '0', '--state', directory])).toEqual({
      code: 1,
      out: '',
      err: `The state in ${directory} is in use by another emulator, process ${emulator.pid}: stop that one, or give this one another directory.\n`,
    })
    expect(await stop(emulator)).toBe(0)
    expect(readdirSync(directory)).toEqual(['state.json'])
  })

  test.each([
    ['whose process id is another program’s by now', hostname(), 60],
    ['of another machine that is long gone', 'elsewhere', 60],
    ['of the same process id, as in a container', undefined, 0],
  ])('a lock %s is taken over', async (_, host, secondsAgo) => {
    const directory = temporaryDirectory()
    const file = join(directory, 'lock')
    // Without a host it is what this program never wrote.
    writeFileSync(file, host === undefined ? 'x' : `${process.pid} ${host} some-id`)
    const touched = Date.now() / 1000 - (host === undefined ? 60 : secondsAgo)
    utimesSync(file, touched, touched)
    const { emulator } = await start(directory)
    expect(await stop(emulator)).toBe(0)
  })

  test('a lock of another machine that was touched a moment ago holds', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'lock'), '1 elsewhere some-id')
    const { code, err } = await finished(['emulator', '--port', '0', '--state', directory])
    expect(err).toContain('is in use by another emulator, process 1')
    expect(code).toBe(1)
    expect(readdirSync(directory)).toEqual(['lock'])
  })

  test('an emulator whose lock was taken over ends, and touches nothing', async () => {
    const directory = temporaryDirectory()
    const { emulator } = await start(directory)
    writeFileSync(join(directory, 'lock'), '1 elsewhere some-id')
    expect((await emulator.exited).code).toBe(1)
    expect(emulator.err).toBe('Another emulator took over the state while this one was suspended.\n')
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe('1 elsewhere some-id')
  })

  test.each([
    ['{"version": 1', 'it is no JSON'],
    ['{"version": 2}', 'state.version must be 1: it is of another version of the emulator'],
    ['{"version": 1, "sessionKey": "", "accounts": []}', 'state.sessionKey must be 32 bytes in base64'],
  ])('one that is corrupt (%s) is one sentence and exit code 1', async (text, why) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'state.json'), text)
    expect(await finished(['emulator', '--port', '0', '--state', directory])).toEqual({
      code: 1,
      out: '',
      err: `The state ${directory}/state.json is none that an emulator wrote (${why}): restore it, or delete it to begin anew with other keys.\n`,
    })
    expect(readFileSync(join(directory, 'state.json'), 'utf8')).toBe(text)
    expect(readdirSync(directory)).toEqual(['state.json'])
  })

  test('a directory that can’t be is one sentence and exit code 1', async () => {
    const file = temporaryFile('file', '')
    chmodSync(file, 0o400)
    const { code, err } = await finished(['emulator', '--port', '0', '--state', file])
    expect(err).toBe(`The state can't be kept in ${file}: it is no directory.\n`)
    expect(code).toBe(1)
  })
})

async function start(directory: string): Promise<{ emulator: Run; endpoint: string; issuer: string }> {
  const config = temporaryFile('emulator.json', JSON.stringify({ principals }))
  const emulator = run(['emulator', '--port', '0', '--json', '--config', config, '--state', directory])
  const [line] = await emulator.until(/^.*\n/)
  const { endpoint, issuer } = JSON.parse(line) as { endpoint: string; issuer: string }
  return { emulator, endpoint, issuer }
}

async function stop(emulator: Run): Promise<number | null> {
  emulator.kill('SIGTERM')
  return (await emulator.exited).code
}

async function keysOf(issuer: string): Promise<unknown> {
  return (await fetch(`${issuer}/.well-known/jwks.json`)).json()
}
