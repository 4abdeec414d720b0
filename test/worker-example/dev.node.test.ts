import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { expect, onTestFinished, type TestContext, test, vi } from 'vitest'
import { isUp, leavesNothing, type Program, ROOT, start } from './program.ts'

const DEV = `${ROOT}worker-example/dev.ts`
const OLD_SECRET = 'dev-only-secret-of-the-caller-script'

/** A policy to edit, and where `npm run dev` keeps what it needs. */
function policyCopy() {
  const folder = mkdtempSync(join(tmpdir(), 'dev-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'policy.json')
  const policy = JSON.parse(readFileSync(`${ROOT}worker-example/dev/policy.json`, 'utf8'))
  const save = () => writeFileSync(file, JSON.stringify(policy))
  save()
  return { folder, file, policy, save }
}

function newSecret(): { readonly secret: string; readonly sha256: string } {
  const secret = randomBytes(32).toString('base64')
  return { secret, sha256: createHash('sha256').update(secret).digest('hex') }
}

// As on a machine whose own Node is too old: npm does not put a newer one in front of a terminal's PATH.
async function shell(context: TestContext, command: string) {
  const folder = mkdtempSync(join(tmpdir(), 'old-node-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'node'), '#!/bin/sh\necho "Unknown file extension" >&2; exit 1\n')
  chmodSync(join(folder, 'node'), 0o755)
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  const program = start(context, ['-c', command], { command: 'sh', env })
  await program.ended
  return program.printed.text
}

/** The JSON at the end of what curl and the like print. */
function jsonIn(text: string) {
  const start = text.indexOf('{"')
  expect(start, text).toBeGreaterThan(-1)
  return JSON.parse(text.slice(start))
}

/** The command that is printed below this purpose. */
function printedCommand({ printed }: Program, purpose: string): string {
  const lines = printed.text.split('\n')
  const index = lines.findIndex((line) => line.startsWith(`   # ${purpose}`))
  expect(index, purpose).toBeGreaterThan(0)
  return String(lines[index + 1]).trim()
}

async function afterReload({ printed }: Program, edit: () => void): Promise<void> {
  const before = printed.text.length
  edit()
  await vi.waitFor(() => expect(printed.text.slice(before)).toContain('The broker was built anew.'), {
    timeout: 10_000,
    interval: 20,
  })
}

test('npm run dev lets one try each way to a token, edit the policy, rotate a secret and break STS', {
  timeout: 90_000,
}, async (context) => {
  const squatter = createServer().listen(4566, '127.0.0.1')
  // Where it is taken already that will do: it rejects then.
  await once(squatter, 'listening').catch(() => {})
  onTestFinished(() => void squatter.close())
  const { folder, file, policy, save } = policyCopy()
  const dev = start(context, [DEV, '--policy', file], {
    env: { TMPDIR: folder, AWS_ACCESS_KEY_ID: 'AKIAREAL' },
  })
  await isUp(dev)
  const [, issuer = ''] = /issuer +(\S+)/.exec(dev.printed.text) ?? []
  expect(issuer).not.toContain(':4566/')
  expect(dev.printed.text).toContain('The emulator has another port than 4566, which is taken.\n')

  const verify = (text: string) => verifyAt(text, Date.now())
  const verifyAt = async (text: string, now: number): Promise<JWTPayload> => {
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const { webIdentityToken } = jsonIn(text)
    const { payload } = await jwtVerify(webIdentityToken, keys, {
      issuer,
      audience: 'https://api.example.com',
      currentDate: new Date(now),
    })
    expect(payload.sub).toBe('arn:aws:iam::123456789012:user/token-broker')
    return payload
  }
  const tagsOf = (payload: JWTPayload) => Object(payload['https://sts.amazonaws.com/']).request_tags

  // Each way to a token.
  const bySecret = printedCommand(dev, 'with a secret')
  const first = await verify(await shell(context, bySecret))
  expect(tagsOf(first)).toEqual({ stage: 'dev' })
  const byToken = await verify(await shell(context, printedCommand(dev, 'as a Lambda function')))
  expect(tagsOf(byToken)).toEqual({ workload: 'arn:aws:iam::123456789012:role/dev-lambda' })
  const fromWorker = await shell(context, printedCommand(dev, 'from another Worker'))
  expect(jsonIn(fromWorker)).toMatchObject({
    issuer,
    claims: { iss: issuer, aud: 'https://api.example.com' },
  })
  expect(fromWorker).not.toMatch(/eyJ/)
  expect(await shell(context, printedCommand(dev, 'a program with a secret'))).toBe(
    '200 {"hello":"arn:aws:iam::123456789012:user/token-broker","tags":{"stage":"dev","team":"web"}}\n',
  )
  expect(await shell(context, printedCommand(dev, 'the same API, without a token'))).toContain(
    '401 Unauthorized',
  )
  for (const caller of [
    'dev-caller-script  secret',
    'dev-lambda  web-identity',
    'dev-caller-worker  service-binding',
  ]) {
    expect(dev.printed.text).toContain(`Z  ${caller}  token  https://api.example.com  granted `)
  }

  expect(dev.printed.text).toMatch(/Z {2}minted for https:\/\/api\.example\.com by AWS request [\w-]{36}\n/)

  // What a terminal would obey is shown, and not sent to it: whoever asks has written it.
  const [, aws = ''] = /AWS +(http\S+): a page/.exec(dev.printed.text) ?? []
  await shell(context, bySecret.replace('https://api.example.com', '\\u001b]0;mine'))
  await shell(context, `curl '${aws}' -d 'Action=%1b%5d0;mine&Version=2011-06-15'`)
  await vi.waitFor(() => {
    expect(dev.printed.text).toContain('token  [U+001B]]0;mine  denied audience_not_allowed')
    expect(dev.printed.text).toContain('Z  [U+001B]]0;mine  400 ')
  })
  expect(dev.printed.text).not.toContain('\u001b')

  // A sign-in.
  const [, console = '', secret = ''] =
    /console +(http:\/\/localhost:\d+\/), with the secret (\S+)/.exec(dev.printed.text) ?? []
  const signIn = async (shown: string) => {
    const headers = { origin: new URL(console).origin }
    const init = { method: 'POST', headers, body: new URLSearchParams({ secret: shown }) } as const
    return (await fetch(new URL('/console/sign-in', console), { ...init, redirect: 'manual' })).status
  }
  expect(await signIn(secret)).toBe(303)
  await signIn('wrong')
  await vi.waitFor(() => expect(dev.printed.text).toContain('Z  a visitor  secret  sign-in  denied '))

  // Who is being answered while the broker is built anew gets no answer.
  expect(dev.printed.text).not.toContain('built anew')

  // A caller more, and a secret that takes the place of another.
  const withSecret = (secret: string) => bySecret.replace(OLD_SECRET, secret)
  const [mine, next] = [newSecret(), newSecret()]
  expect(jsonIn(await shell(context, withSecret(mine.secret)))).toMatchObject({ code: 'unauthorized' })
  const check = printedCommand(dev, 'whether it is a policy')
  expect(await shell(context, check)).toContain(`${file}:\n  console.secrets[0] is one of dev/policy.json`)
  const [script] = policy.callers
  await afterReload(dev, () => {
    policy.callers.push({
      name: 'me',
      secrets: [{ sha256: mine.sha256 }],
      audiences: ['https://api.example.com'],
    })
    script.secrets.push({ sha256: next.sha256 })
    save()
  })
  await verify(await shell(context, withSecret(mine.secret)))
  await verify(await shell(context, bySecret))
  await afterReload(dev, () => {
    script.secrets.shift()
    save()
  })
  expect(jsonIn(await shell(context, bySecret))).toMatchObject({ status: 401, code: 'unauthorized' })
  await verify(await shell(context, withSecret(next.secret)))

  // What is no policy is told, and changes nothing.
  writeFileSync(file, '{\n  "callers": [,]\n}')
  await vi.waitFor(() => expect(dev.printed.text).toContain(`${file}:2:15: Unexpected "," in JSON`))
  writeFileSync(file, '{"callers": [{}]}')
  await vi.waitFor(() => expect(dev.printed.text).toContain(`${file} is wrong: callers[0].name is missing`))
  const kept = await verify(await shell(context, withSecret(next.secret)))
  expect(kept.jti).toBe(first.jti)

  // STS is out: what is kept goes on.
  await shell(context, printedCommand(dev, 'STS is out'))
  const another = printedCommand(dev, 'then a token that is kept').replace(OLD_SECRET, next.secret)
  expect(jsonIn(await shell(context, another))).toMatchObject({ status: 503, code: 'unavailable' })
  expect((await verify(await shell(context, withSecret(next.secret)))).jti).toBe(first.jti)
  await shell(context, printedCommand(dev, 'STS is well again'))
  // The broker waits a little before it asks again.
  const mended = async () => verify(await shell(context, another))
  await vi.waitFor(mended, { timeout: 15_000, interval: 500 })

  // STS throttles: one new token is given, and for the next there is none.
  await shell(context, printedCommand(dev, 'STS throttles'))
  const lasting = async (seconds: number) => shell(context, another.replace('600', String(seconds)))
  await verify(await lasting(700))
  expect(jsonIn(await lasting(800))).toMatchObject({ status: 503, code: 'unavailable' })
  await shell(context, printedCommand(dev, 'AWS’s clock is 20 minutes ahead'))
  const { iat } = await verifyAt(await lasting(750), Date.now() + 1_200_000)
  expect(Math.abs(Number(iat) * 1000 - Date.now() - 1_200_000)).toBeLessThan(10_000)
  await shell(context, printedCommand(dev, 'STS is well again'))

  expect(await shell(context, printedCommand(dev, 'the account’s federation off'))).toContain('is off now')
  expect(await shell(context, printedCommand(dev, 'and on again'))).toContain(issuer)

  process.kill(Number(dev.child.pid), 'SIGINT')
  expect(await dev.ended).toEqual([0, null])
  await leavesNothing(dev)
  expect(readdirSync(folder).filter((name) => name.startsWith('broker-dev-'))).toEqual([])
})

test('npm run dev says that the console is switched off where the policy has no secret for it', {
  timeout: 30_000,
}, async (context) => {
  const { folder, file, policy, save } = policyCopy()
  delete policy.console
  save()
  const dev = start(context, [DEV, '--policy', file], { env: { TMPDIR: folder } })
  await isUp(dev)
  expect(dev.printed.text).toMatch(/console +switched off, as the policy has no secret for it\n/)
  expect(dev.printed.text).not.toContain('dev-only-secret-of-the-console')
})

test('npm run dev does not start with what is no policy, and says why', {
  timeout: 30_000,
}, async (context) => {
  const { folder, file } = policyCopy()
  writeFileSync(file, '{"callers": [{"name": "a"}]}')
  const dev = start(context, [DEV, '--policy', file], { env: { TMPDIR: folder } })
  expect(await dev.ended).toEqual([1, null])
  expect(dev.printed.text).toContain(`It failed: ${file} is wrong: callers[0] must have secrets, access`)
  await leavesNothing(dev)
})
