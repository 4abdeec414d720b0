import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { finished, run, temporaryDirectory } from './run-cli.ts'
import { inTerminal } from './run-in-terminal.ts'
import { servedEmulator, session } from './served-emulator.ts'

const jwt = /^[\w-]+\.[\w-]+\.[\w-]+\n$/

describe('--watch', () => {
  test('writes a token, renews it at SIGHUP, and ends by SIGTERM with the file in place', async () => {
    const { watcher, read, file } = await watching()
    const first = read()
    expect(first).toMatch(jwt)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    watcher.kill('SIGHUP')
    await watcher.untilTold(/(?:.* has a token .*\n){2}/)
    expect(read()).toMatch(jwt)
    expect(read()).not.toBe(first)
    watcher.kill('SIGTERM')
    expect(await watcher.exited).toEqual({ code: 0, signal: null })
    expect(watcher.err).toMatch(/Stopped; the token stays in .*, and is good until \d{4}-.*Z\.\n$/)
    expect(read()).toMatch(jwt)
    expect(watcher.out).toBe('')
    expect(watcher.err).not.toContain(read().trim())
  })

  test('SIGINT ends it likewise', async () => {
    const { watcher } = await watching()
    watcher.kill('SIGINT')
    expect(await watcher.exited).toEqual({ code: 0, signal: null })
  })

  test('renews the token ahead of its end', async () => {
    const { watcher, read } = await watching({}, ['--duration', '60s', '--minimum-validity', '54s'])
    const first = decodeJwt(read())
    await watcher.untilTold(/(?:.* has a token .*\n){2}/)
    const second = decodeJwt(read())
    expect(second.iat).toBeGreaterThan(first.iat ?? Number.POSITIVE_INFINITY)
    expect(second.iat).toBeLessThan(first.exp ?? 0)
  })

  test('no reader ever sees a part of a token', async () => {
    const { watcher, read } = await watching()
    const seen = new Set<string>()
    let isOver = false
    void watcher.exited.then(() => {
      isOver = true
    })
    while (seen.size < 15 && !isOver) {
      const text = read()
      expect(text).toMatch(jwt)
      if (!seen.has(text)) {
        seen.add(text)
        watcher.kill('SIGHUP')
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(isOver).toBe(false)
  })

  test('while none can be had it says so, keeps the last one in place, and tries again', async () => {
    const { emulator, watcher, read } = await watching()
    const first = read()
    emulator.setFaults([{ code: 'AccessDenied', message: 'Not now' }])
    watcher.kill('SIGHUP')
    await watcher.untilTold(/AccessDenied: Not now\. The token in .* is good until .*Z; it is tried again\./)
    expect(read()).toBe(first)
    emulator.setFaults([])
    await watcher.untilTold(/it is tried again\.\n.* has a token/)
    expect(read()).not.toBe(first)
    // Once, and not at each try.
    expect(watcher.err.match(/Not now/g)).toHaveLength(1)
  })

  test('a directory that goes away is told, and written to when it is back', async () => {
    const { watcher, read, file } = await watching()
    const directory = join(file, '..')
    renameSync(directory, `${directory}-away`)
    watcher.kill('SIGHUP')
    await watcher.untilTold(/The token can't be written to .*: there is no such directory\./)
    mkdirSync(directory)
    await watcher.untilTold(/it is tried again\.\n.* has a token/)
    expect(read()).toMatch(jwt)
  })

  test('--json tells each event as an object, and writes JSON', async () => {
    const { watcher, read, file } = await watching({}, ['--json'])
    watcher.kill('SIGTERM')
    await watcher.exited
    const { expiration } = JSON.parse(read())
    const events = watcher.err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events).toEqual([
      { event: 'token', file, expiration },
      { event: 'stopped', file, expiration },
    ])
  })

  test('a session that ends soon is told, and gets a shorter token', async () => {
    const sessionExpiration = new Date(Date.now() + 240_000)
    const { watcher, read } = await watching({ principals: [{ ...session, sessionExpiration }] })
    expect(watcher.err).toMatch(
      /The session of the AWS credentials ends soon: a token of 150 s is asked for\.\n/,
    )
    const { exp = 0, iat = 0 } = decodeJwt(read())
    expect(exp - iat).toBe(150)
  })

  test.each([
    ['a terminal that is closed', 'SIGHUP'],
    ['Ctrl-C', 'SIGINT'],
  ] as const)('%s ends it', async (_, signal) => {
    const { env } = await servedEmulator()
    const terminal = inTerminal(wanted(join(temporaryDirectory(), 'token')), env)
    await terminal.until(/ has a token /)
    if (signal === 'SIGINT') terminal.type('\u{3}')
    else terminal.kill(signal)
    expect(await terminal.exited).toEqual({ code: 0, signal: undefined })
  })

  test('what keeps it from the first token ends it', async () => {
    const { env, secrets } = await servedEmulator({ principals: [{ ...session, policies: {} }] })
    const file = join(temporaryDirectory(), 'token')
    const { code, err } = await finished([...wanted(file)], env)
    expect(code).toBe(1)
    expect(err).toMatch(/^AccessDenied: .*\n$/)
    for (const secret of secrets) expect(err).not.toContain(secret)
  })

  test('a path that can’t be written ends it', async () => {
    const { env } = await servedEmulator()
    const { code, err } = await finished(wanted('/nowhere/token'), env)
    expect({ code, err }).toEqual({
      code: 1,
      err: "The token can't be written to /nowhere/token: there is no such directory.\n",
    })
  })
})

function wanted(file: string): string[] {
  return ['token', '--audience', 'https://a.example', '--algorithm', 'ES384', '--watch', '--out', file]
}

async function watching(options: Parameters<typeof servedEmulator>[0] = {}, args: readonly string[] = []) {
  const { emulator, env } = await servedEmulator(options)
  const directory = join(temporaryDirectory(), 'tokens')
  mkdirSync(directory)
  const file = join(directory, 'token')
  const watcher = run([...wanted(file), ...args], env)
  await watcher.untilTold(/ has a token |"event":"token"/)
  return { emulator, watcher, file, read: () => readFileSync(file, 'utf8') }
}
