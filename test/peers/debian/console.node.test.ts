// The Worker's console in a browser: by the keyboard alone, without JavaScript, with texts of callers that do nothing.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fullPolicy } from '../../worker-example/console/sample-policy.ts'
import { fullSnapshot, grant, hostileSnapshot, SECRET } from '../../worker-example/console/samples.ts'
import { openStage, type Stage } from '../../worker-example/console/stage.ts'
import { enter, launch, visit } from './console-browser.ts'

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
beforeEach(() => stage.show())

const focused = 'document.activeElement.id || document.activeElement.textContent.trim()'

describe('by the keyboard alone', () => {
  test('one signs in, learns of a wrong secret, goes through the page and signs out', async () => {
    const { page, complaints } = await visit(browser, stage.url)
    await expect.poll(() => page.evaluate(focused)).toBe('secret')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await expect.poll(() => page.evaluate(focused)).toBe('secret')
    await page.keyboard.type(SECRET)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Tokens' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(focused)).toBe('Skip to the content')
    const top = 'document.activeElement.getBoundingClientRect().top'
    await expect.poll(() => page.evaluate(top)).toBe(0)
    await page.keyboard.press('Enter')
    expect(await page.evaluate(focused)).toBe('main')
    await page.keyboard.press('Shift+Tab')
    for (let presses = 0; presses < 10 && (await page.evaluate(focused)) !== 'Sign out'; presses++) {
      await page.keyboard.press('Shift+Tab')
    }
    expect(await page.evaluate(focused)).toBe('Sign out')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outline')).toContain('solid 2px')
    await page.keyboard.press('Enter')
    await page.getByLabel('Secret of the console').waitFor()
    expect(complaints).toEqual([])
  })
})

describe('texts of callers', () => {
  test('run nothing, break nothing and hide nothing, at first and after a poll', async () => {
    const { page, requests, complaints } = await enter(browser, stage.url)
    await stage.show({ snapshot: hostileSnapshot(), policy: fullPolicy() })
    await page.getByText('U+202E').first().waitFor()
    await page.reload()
    await page.waitForTimeout(5500)
    expect(await page.title()).not.toBe('broken')
    expect(await page.locator('main :is(script, img, [onerror], [onmouseover])').count()).toBe(0)
    expect(await page.evaluate(`/[\\u202E\\u200B]/.test(document.querySelector('main').innerText)`)).toBe(
      false,
    )
    expect(await page.locator('table').count()).toBe(2)
    expect(
      requests.filter((request) => !request.includes(` ${stage.url}/`) && !request.includes(' data:')),
    ).toEqual([])
    expect(complaints).toEqual([])
  }, 30_000)

  test('that are long open to their end by the keyboard, and stay open when the page is brought up to date', async () => {
    const now = Date.now()
    const why = `${'A reason. '.repeat(30)}Run this: the-command`
    const denied = { verdict: 'failed', code: 'refused', why } as const
    await stage.show({ snapshot: { ...fullSnapshot(now), decisions: [grant(0, now, denied)] } })
    const { page } = await enter(browser, stage.url)
    const end = page.getByText('the-command')
    expect(await end.isVisible()).toBe(false)
    await page.locator('.decisions summary', { hasText: 'A reason.' }).focus()
    await page.keyboard.press('Enter')
    expect(await end.isVisible()).toBe(true)
    const newer = grant(-1, now, { caller: 'newcomer' })
    await stage.show({ snapshot: { ...fullSnapshot(now), decisions: [newer, grant(0, now, denied)] } })
    await page.getByText('newcomer').waitFor()
    expect(await end.isVisible()).toBe(true)
    expect(await page.getByText('A reason.').filter({ visible: true }).count()).toBe(1)
  })

  test.each([380, 320, 700, 1280])('are within the page at a width of %i', async (width) => {
    await stage.show({ snapshot: hostileSnapshot(), policy: fullPolicy() })
    const { page } = await enter(browser, stage.url, { viewport: { width, height: 700 } })
    await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    // Nor is anything cut off at the side.
    const cut = `[...document.querySelectorAll('section *')].filter((each) => !each.closest('.unsighted, thead, select, textarea') && each.getBoundingClientRect().right > innerWidth).length`
    expect(await page.evaluate(cut)).toBe(0)
  })
})

describe('a page of letters', () => {
  // Words that stand beside their cell stand upon the next one.
  const overprinted = `[...document.querySelectorAll('main :is(th, td, dt, dd)')].filter((cell) => {
    const head = cell.closest('thead')
    const isUnseen = head && getComputedStyle(head).clipPath !== 'none'
    if (isUnseen || cell.closest('details:not([open])')) return false
    const words = document.createRange()
    words.selectNodeContents(cell)
    return words.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1
  }).map((cell) => cell.textContent)`

  test.each([
    ['of the usual size', '100%', 1280],
    ['half as large again', '150%', 1280],
    ['twice as large', '200%', 1280],
    ['twice as large, on a phone', '200%', 640],
    ['of the usual size, where the tables just have room', '100%', 1000],
  ])('%s overprints no cell', async (_, size, width) => {
    await stage.show({ snapshot: fullSnapshot(), policy: fullPolicy() })
    const { page } = await enter(browser, stage.url, { viewport: { width, height: 800 } })
    await page.evaluate(`document.documentElement.style.fontSize = '${size}'`)
    expect(await page.evaluate(overprinted)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})

// WCAG 2.5.8, which spares what stands within a sentence.
test.each([380, 1280])('what can be pressed is 24 pixels high, at a width of %i', async (width) => {
  await stage.show({ snapshot: fullSnapshot(Date.now(), 105), policy: fullPolicy() })
  const { page } = await enter(browser, stage.url, { viewport: { width, height: 800 } })
  const heights =
    await page.evaluate(`[...document.querySelectorAll('a, button, summary, input, select, textarea')]
    .filter((each) => !each.closest('p:not(.more)') && each.checkVisibility())
    .map((each) => [each.textContent.slice(0, 20), each.getBoundingClientRect().height])`)
  const low = (heights as [string, number][]).filter(([, height]) => height < 24)
  expect(heights).toContainEqual([expect.stringContaining('Show 5 older'), expect.anything()])
  expect(low).toEqual([])
})

test('without JavaScript the page is whole, and says that it has to be reloaded', async () => {
  await stage.show({ snapshot: fullSnapshot(), policy: fullPolicy() })
  const { page } = await enter(browser, stage.url, { javaScriptEnabled: false })
  expect(await page.locator('#status noscript').isVisible()).toBe(true)
  expect(await page.getByText('in 4 min').first().isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Secret of the console').waitFor()
})

test('a page of another site can sign nobody out', async () => {
  const { page } = await enter(browser, stage.url)
  const other = stage.url.replace('localhost', '127.0.0.1')
  await page.goto(`${other}/console/style.css`)
  await page.evaluate(`
    const form = document.createElement('form')
    form.method = 'post'
    form.action = '${stage.url}/console/sign-out'
    document.body.append(form)
    form.submit()`)
  await page.getByText('cross_origin').waitFor()
  await page.goto(stage.url)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
})
