// The page and its server, in a real Chromium.

import { join } from 'node:path'
import { build } from 'esbuild'
import { decodeJwt } from 'jose'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CHROMIUM } from '../support/chromium.ts'
import { folderOf, openStage, REFUSAL, ROLE, type Server, type Stage, start } from './stage.ts'

let browser: Browser
let stage: Stage
let server: Server
beforeAll(async () => {
  browser = await chromium.launch(CHROMIUM)
  // As `npm run build` of the example bundles it.
  await build({
    entryPoints: [join(folderOf('browser'), 'page.ts')],
    bundle: true,
    format: 'esm',
    minify: true,
    outfile: join(folderOf('browser'), 'public/page.js'),
    logLevel: 'silent',
  })
}, 60_000)
afterAll(() => browser?.close())
beforeEach(async () => {
  stage = await openStage()
  server = await start('browser', [process.execPath, 'server.ts'], { ...stage.env, PORT: '0' })
})
afterEach(async () => {
  await server.stop()
  await stage.close()
})

async function open() {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Chromium asks for an icon, which the example does without.
    const isIcon = message.location().url.endsWith('/favicon.ico')
    if (message.type() === 'error' && !isIcon) complaints.push(message.text())
  })
  const minted = page.waitForResponse(`${server.url}/token`)
  await page.goto(server.url)
  const { token }: { token?: string } = await (await minted).json()
  const claims = page.locator('#claims')
  await expect.poll(() => claims.textContent()).not.toBe('…')
  return { text: (await claims.textContent()) ?? '', token, complaints }
}

test('the page shows what its token says, which is one for all visits', async () => {
  const { text, token = '', complaints } = await open()
  expect(JSON.parse(text)).toMatchObject({ sub: ROLE, aud: stage.api, iss: stage.issuer })
  expect(JSON.parse(text)).toEqual(decodeJwt(token))
  expect(complaints).toEqual([])
  // The API is who verifies it.
  const answer = await fetch(`${stage.api}/hello`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  expect(stage.visits).toEqual([{ path: '/hello', subject: ROLE }])
  expect((await open()).token).toBe(token)
  expect(stage.mints()).toBe(1)
})

test('the page shows no more than a code where AWS refuses', async () => {
  stage.refuse()
  expect((await open()).text).toBe(`No token: ${REFUSAL}`)
})

test('the server mints for no other site', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  expect((await fetch(`${server.url}/token`, { method: 'POST', headers })).status).toBe(403)
  expect((await fetch(`${server.url}/token`, { method: 'POST' })).status).toBe(403)
  expect(stage.mints()).toBe(0)
})
