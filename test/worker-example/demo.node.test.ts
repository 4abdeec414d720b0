import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { isUp, leavesNothing, processesOf, ROOT, start } from './program.ts'
import { NOBODY } from './stage.ts'

const DEMO = `${ROOT}worker-example/demo.ts`
const RUN = JSON.stringify(`${ROOT}worker-example/demo/run.ts`)

describe('the report', { timeout: 120_000 }, () => {
  test('tells who called, what was signed, the claims and the times, although port 8787 is taken', async (context) => {
    const squatter = createServer()
    squatter.listen(8787, '127.0.0.1')
    // Where it is taken already that will do: it rejects then.
    await once(squatter, 'listening').catch(() => {})
    const demo = start(context, [DEMO, '--once'])
    const [status] = await demo.ended
    squatter.close()
    const { text } = demo.printed
    expect(text).toMatch(/who called +arn:aws:iam::123456789012:user\/developer\n/)
    expect(text).toMatch(/what was signed +AWS4-HMAC-SHA256 of the body and .*host, x-amz-date/)
    expect(text).toMatch(/iss +http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}\n/)
    expect(text).toMatch(/request_tags +{"team":"web"}/)
    expect(text).toMatch(/expires +\d{4}-.*Z, in (299|300) s/)
    expect(text.match(/^\d {2}.* {2}[\d.]+ m?s$/gm)).toHaveLength(6)
    expect(text).toMatch(
      /callers +200 in 4 isolates\n +tokens +200, of which 1 different\n +requests to STS +1\n/,
    )
    expect(text).toMatch(/address +http:\/\/127\.0\.0\.1:(?!8787)\d+\n/)
    // It is gone by now.
    expect(text).not.toContain('console')
    // Neither a whole token nor a colour.
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)
    expect(text).not.toContain('\u001b')
    expect(status).toBe(0)
    await leavesNothing(demo)
  })
})

describe.concurrent('the demonstration', { timeout: 120_000 }, () => {
  test.for<readonly [name: string, stage: string, reason: RegExp]>([
    ['STS refuses', `{ emulator: { federationEnabled: false } }`, /answered 502.*\n.*FederationDisabled/],
    ['STS can’t be reached', `{ stsUrl: '${NOBODY}' }`, /answered 503.*\n.*No response from http/],
  ])('ends with 1 and the reason where %s', async ([, stage, reason], context) => {
    const script = `import { run } from ${RUN}; await run({ isOnce: false, ...${stage} })`
    const demo = start(context, ['--input-type=module', '--eval', script])
    const [status] = await demo.ended
    expect(demo.printed.text).toMatch(/It failed: the Worker answered/)
    expect(demo.printed.text).toMatch(reason)
    expect(status).toBe(1)
    await leavesNothing(demo)
  })

  test('stays up for the command that it prints, tells who calls, and ends at Ctrl-C', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-test-'))
    context.onTestFinished(() => rmSync(folder, { recursive: true }))
    const demo = start(context, [DEMO], { env: { TMPDIR: folder } })
    await isUp(demo)
    expect(processesOf(demo).filter((command) => command.includes('workerd\0serve'))).not.toEqual([])
    const [command = ''] = /curl .*$/m.exec(demo.printed.text) ?? []
    const curl = start(context, ['-c', command], { command: 'sh' })
    await curl.ended
    expect(curl.printed.text).toContain('"webIdentityToken":"eyJ')
    await vi.waitFor(() =>
      expect(demo.printed.text).toMatch(/Z {2}GetWebIdentityToken {2}200 {2}arn:aws:iam/),
    )
    const [, secret = ''] = /sign in with (\S+)\n/.exec(demo.printed.text) ?? []
    const [, console = ''] = /^ +(http:\/\/localhost:\d+\/)$/m.exec(demo.printed.text) ?? []
    const signedIn = await fetch(new URL('/console/sign-in', console), {
      method: 'POST',
      headers: { origin: new URL(console).origin },
      body: new URLSearchParams({ secret }),
      redirect: 'manual',
    })
    expect(signedIn.status).toBe(303)
    process.kill(Number(demo.child.pid), 'SIGINT')
    expect(await demo.ended).toEqual([0, null])
    await leavesNothing(demo)
    expect(readdirSync(folder).filter((name) => name.startsWith('policy-'))).toEqual([])
  })

  test('ends at SIGTERM while it still starts', async (context) => {
    const demo = start(context, [DEMO])
    const hasWorkerd = () => expect(processesOf(demo).join()).toContain('workerd\0serve')
    await vi.waitFor(hasWorkerd, { timeout: 80_000, interval: 5 })
    process.kill(Number(demo.child.pid), 'SIGTERM')
    expect(await demo.ended).toEqual([0, null])
    await leavesNothing(demo)
  })

  test('ends when nobody reads it any more', async (context) => {
    const demo = start(context, ['-c', `"${process.execPath}" "${DEMO}" | head -n 20`], { command: 'sh' })
    await demo.ended
    await leavesNothing(demo)
  })

  test('ends when npm is killed', async (context) => {
    const npm = start(context, ['-c', `"${process.execPath}" "${DEMO}" & wait`], {
      command: 'sh',
      env: { npm_lifecycle_event: 'start' },
    })
    await isUp(npm)
    process.kill(Number(npm.child.pid), 'SIGKILL')
    await leavesNothing(npm)
  })
})
