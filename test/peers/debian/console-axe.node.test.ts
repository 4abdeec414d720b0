// The console held against axe, the rules of WCAG that a program can check: each page and state, by day and by night, wide and
// on a phone.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Snapshot } from '../../../worker-example/ledger/snapshot.ts'
import { fullPolicy } from '../../worker-example/console/sample-policy.ts'
import { emptySnapshot, fullSnapshot, hostileSnapshot, POLICY } from '../../worker-example/console/samples.ts'
import { openStage, type Stage } from '../../worker-example/console/stage.ts'
import { enter, launch, visit } from './console-browser.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

let browser: Browser
let stage: Stage
beforeAll(async () => {
  browser = await launch()
  stage = await openStage()
})
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})

/** Each rule that is broken, and where. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  // Of axe's own shape.
  const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; help: string; nodes: { html: string }[] }[]
  }
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  )
}

function afterOutage(): Snapshot {
  const snapshot = fullSnapshot()
  return { ...snapshot, now: snapshot.now + 600_000, sts: { ...snapshot.sts, successAt: snapshot.now } }
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [380, 1280].map((width) => ({ colorScheme, width })),
)

describe.each(looks)('no rule is broken, $colorScheme, at a width of $width,', ({ colorScheme, width }) => {
  const options = { colorScheme, viewport: { width, height: 800 } }

  test('where one signs in, at first and after a wrong secret', async () => {
    await stage.show({ policy: fullPolicy() })
    const { page } = await visit(browser, stage.url, options)
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Secret of the console').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('where the console is switched off', async () => {
    await stage.show({ policy: { ...POLICY, console: {} } })
    expect(await violations((await visit(browser, stage.url, options)).page)).toEqual([])
  })

  test.each([
    ['before anything happened', { snapshot: emptySnapshot(), policy: { ...POLICY } }],
    ['on a working day', { snapshot: fullSnapshot(), policy: fullPolicy() }],
    ['after an outage', { snapshot: afterOutage() }],
    ['with hostile texts', { snapshot: hostileSnapshot(), policy: fullPolicy() }],
    ['where the record does not answer', { snapshot: 'fails' as const }],
  ])('on the page, %s', async (_, state) => {
    await stage.show(state)
    const { page } = await enter(browser, stage.url, options)
    await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
    expect(await violations(page)).toEqual([])
  })

  test('where a token was refused, and the page is stale', async () => {
    await stage.show({ snapshot: fullSnapshot(), policy: fullPolicy() })
    const { page } = await enter(browser, stage.url, options)
    await page.route('**/console/live', (route) => route.abort())
    const claims = Buffer.from(JSON.stringify({ iss: 'https://x.example', exp: 1, deep: { a: ['b'] } }))
    await page
      .getByLabel('Token', { exact: true })
      .fill(`eyJhbGciOiJFUzM4NCIsImtpZCI6ImEifQ.${claims.toString('base64url')}.AAAA`)
    await page.locator('#verdict[data-tone]:not([data-tone=plain])').waitFor()
    await page.getByText('Not live since').waitFor()
    expect(await violations(page)).toEqual([])
  })
})
