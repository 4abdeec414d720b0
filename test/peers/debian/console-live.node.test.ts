// The Worker's console in a browser keeps up with what happens, and says where it does not.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StsHealth } from '../../../worker-example/ledger/snapshot.ts'
import { fullPolicy } from '../../worker-example/console/sample-policy.ts'
import {
  emptySnapshot,
  fullSnapshot,
  grant,
  hashOf,
  POLICY,
  tokenOf,
} from '../../worker-example/console/samples.ts'
import { openStage, type Stage } from '../../worker-example/console/stage.ts'
import { enter, launch, setHidden } from './console-browser.ts'

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

async function nextPoll(page: Page): Promise<void> {
  const answer = await page.waitForResponse((response) => response.url().includes('/console/live'))
  await answer.finished()
}

describe('the page keeps up', () => {
  test('with what happens, every five seconds, by itself', async () => {
    const { page, requests } = await enter(browser, stage.url)
    await page.getByText('No token lives.').waitFor()
    expect(await page.getByText('Live', { exact: true }).isVisible()).toBe(true)
    await stage.show({ snapshot: fullSnapshot() })
    await page.getByRole('rowheader', { name: 'https://billing.example.com' }).waitFor()
    expect(await page.locator('#sts-word').innerText()).toBe('AWS STS fails')
    expect(requests.filter((request) => request.includes('/console/live'))).toHaveLength(1)
  })

  test('and says to a screen reader, once, that AWS STS fails, and that it answers again', async () => {
    const now = Date.now()
    const show = (sts: Partial<StsHealth>) => {
      const empty = emptySnapshot()
      return stage.show({ snapshot: { ...empty, sts: { ...empty.sts, ...sts } } })
    }
    await show({ successAt: now })
    const { page } = await enter(browser, stage.url)
    const spoken = page.locator('#status')
    await page.evaluate(`
      window.said = []
      new MutationObserver(() => window.said.push(document.getElementById('status').textContent)).observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })`)
    const said = () => page.evaluate('window.said')
    // That nobody asked it for a while is no news.
    await show({ successAt: now - 70_000 })
    await page.locator('#sts-word time').waitFor()
    expect(await said()).toEqual([])
    await show({ successAt: now - 70_000, failure: { at: now, code: 'network_failure' } })
    await page.locator('#sts-word', { hasText: 'AWS STS fails' }).waitFor()
    await expect.poll(said).toEqual(['Live. AWS STS fails.'])
    expect(await spoken.locator('.unsighted').boundingBox()).toMatchObject({ width: 1, height: 1 })
    await nextPoll(page)
    expect(await said()).toEqual(['Live. AWS STS fails.'])
    await show({ successAt: now })
    await expect.poll(said, { timeout: 10_000 }).toEqual(['Live. AWS STS fails.', 'Live. AWS STS answered.'])
  }, 40_000)

  test('and leaves the focus, what is opened, and where the reader is', async () => {
    const now = Date.now()
    const decisions = Array.from({ length: 40 }, (_, index) => grant(index, now))
    const tokens = [tokenOf('https://a.example', now), tokenOf('https://b.example', now)]
    const snapshot = { ...emptySnapshot(now), decisions, tokens }
    await stage.show({ snapshot, policy: fullPolicy() })
    const { page } = await enter(browser, stage.url, { reducedMotion: 'reduce' })
    await page.evaluate(`
      const row = document.querySelectorAll('.decisions tbody tr')[20]
      row.querySelector('details').open = true
      row.querySelector('summary').focus()
      document.querySelectorAll('details.caller')[1].open = true
      document.getElementById('decisions').scrollIntoView()
      document.querySelector('.scroll').scrollTop = 500
      getSelection().selectAllChildren(row.querySelector('strong'))`)
    const state = `JSON.stringify([
      document.activeElement.closest('tr').dataset.key,
      [...document.querySelectorAll('details[open]')].map((each) => each.closest('[data-key]').dataset.key),
      scrollY,
      String(getSelection()),
      Math.round(document.activeElement.getBoundingClientRect().top),
    ])`
    const before = await page.evaluate(state)
    const newer = [grant(-1, now, { caller: 'newcomer' }), ...decisions.slice(0, 39)]
    await stage.show({
      policy: fullPolicy(),
      snapshot: {
        ...snapshot,
        decisions: newer,
        tokens: [tokens[1], tokens[0]].filter((each) => each !== undefined),
      },
    })
    await page.getByText('newcomer').waitFor({ state: 'attached' })
    expect(await page.evaluate(state)).toBe(before)
    expect(await page.locator('.decisions tbody tr').count()).toBe(40)
    expect(await page.locator('.tokens tbody tr').first().innerText()).toContain('https://b.example')
  })

  test('with each of many requests that one caller sent under one id within a millisecond', async () => {
    const now = Date.now()
    const same = { requestId: 'the-same', at: now }
    const decisions = [
      grant(0, now, { ...same, verdict: 'denied', code: 'audience_not_allowed' }),
      ...Array.from({ length: 99 }, () => grant(0, now, same)),
    ]
    await stage.show({ snapshot: { ...emptySnapshot(now), decisions } })
    const { page } = await enter(browser, stage.url)
    const rows = page.locator('.decisions tbody tr')
    await page.evaluate(`document.querySelectorAll('.decisions details')[50].open = true`)
    const newcomer = grant(-1, now, { caller: 'newcomer' })
    await stage.show({
      snapshot: { ...emptySnapshot(now), decisions: [newcomer, ...decisions.slice(0, 99)] },
    })
    await page.getByText('newcomer').waitFor({ state: 'attached' })
    expect(await rows.count()).toBe(100)
    expect(await rows.nth(1).innerText()).toContain('audience_not_allowed')
    expect(await rows.nth(51).locator('details[open]').count()).toBe(1)
  })

  test('lets times tick between two polls', async () => {
    const now = Date.now()
    await stage.show({
      snapshot: {
        ...emptySnapshot(),
        tokens: [tokenOf('https://a.example', now, { expiresAt: now + 50_000 })],
      },
    })
    const { page } = await enter(browser, stage.url)
    const time = page.locator('.tokens td[data-label=Expires] time')
    const words = await time.innerText()
    expect(words).toMatch(/^in (49|50) s$/)
    await page.waitForTimeout(1500)
    expect(await time.innerText()).not.toBe(words)
    expect(await time.getAttribute('title')).toBe(new Date(now + 50_000).toISOString())
  })

  test('by the Worker’s clock, where that of the reader’s machine is off', async () => {
    const now = Date.now() + 3 * 60 * 60_000
    const snapshot = { ...emptySnapshot(now), tokens: [tokenOf('https://a.example', now)] }
    await stage.show({ now, snapshot })
    const { page } = await enter(browser, stage.url)
    await page.waitForTimeout(1500)
    expect(await page.locator('.tokens td[data-label=Expires] time').innerText()).toBe('in 3 min')
  })

  test('not while nobody sees it, and at once when somebody does', async () => {
    const { page, requests } = await enter(browser, stage.url)
    const polls = () => requests.filter((request) => request.includes('/console/live')).length
    await setHidden(page, true)
    await page.waitForTimeout(6000)
    expect(polls()).toBe(0)
    await stage.show({ snapshot: fullSnapshot() })
    await setHidden(page, false)
    await page.getByRole('rowheader', { name: 'https://billing.example.com' }).waitFor({ timeout: 1500 })
    expect(polls()).toBe(1)
    await page.waitForTimeout(6000)
    expect(polls()).toBe(2)
  }, 30_000)

  test('says since when it does not, and goes on when the Worker is back', async () => {
    const own = await openStage()
    await own.show()
    const { page } = await enter(browser, own.url)
    const { port } = new URL(own.url)
    await own.close()
    const status = page.locator('#status')
    await page.getByText(/^Not live since \d\d:\d\d:\d\d UTC: the Worker does not answer/).waitFor()
    // A screen reader speaks what is written here: it must not be written anew at each try.
    await page.evaluate(`
      window.changes = 0
      new MutationObserver(() => window.changes++).observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })`)
    await page.waitForTimeout(5500)
    expect(await page.evaluate('window.changes')).toBe(0)
    const back = await openStage(Number(port))
    try {
      await back.show({ snapshot: fullSnapshot() })
      await page.getByRole('rowheader', { name: 'https://billing.example.com' }).waitFor()
      expect(await status.innerText()).toMatch(/^Live/)
    } finally {
      await back.close()
    }
  }, 60_000)

  test('says that the record does not answer, and keeps what it showed', async () => {
    await stage.show({ snapshot: fullSnapshot() })
    const { page } = await enter(browser, stage.url)
    const colour = `getComputedStyle(document.querySelector('#tokens .good')).color`
    const live = await page.evaluate(colour)
    await stage.show({ snapshot: 'fails' })
    await page.getByText(/^Not live since .*: the Worker answered 503/).waitFor()
    // Nothing is green that may have changed since.
    expect(await page.evaluate(colour)).not.toBe(live)
    expect(await page.getByRole('rowheader', { name: 'https://billing.example.com' }).isVisible()).toBe(true)
    // Nor is a page live that was never told anything.
    await page.reload()
    await page.getByText(/^Not live since .*: the Worker answered 503/).waitFor({ timeout: 2000 })
    await stage.show({ snapshot: fullSnapshot() })
    await page.getByRole('rowheader', { name: 'https://billing.example.com' }).waitFor()
    expect(await page.evaluate(colour)).toBe(live)
  })

  test('and says so by the Worker’s clock, as all its times are', async () => {
    const now = Date.now() - 3 * 3_600_000
    await stage.show({ snapshot: fullSnapshot(now), now })
    const { page } = await enter(browser, stage.url)
    await stage.show({ snapshot: 'fails', now })
    await page.getByText(/^Not live since/).waitFor()
    const [, told] = /since ([\d:]+) UTC/.exec(await page.locator('#status').innerText()) ?? []
    const day = new Date(now).toISOString().slice(0, 10)
    expect(Math.abs(Date.parse(`${day}T${told}Z`) - now)).toBeLessThan(60_000)
  })

  test('until the session ends, which it says', async () => {
    const { page, requests } = await enter(browser, stage.url)
    await stage.show({ policy: { ...POLICY, console: { secrets: [{ sha256: hashOf('another') }] } } })
    await page.getByText('Your session has ended.').waitFor()
    const polls = requests.length
    await setHidden(page, true)
    await setHidden(page, false)
    await page.waitForTimeout(5500)
    expect(requests).toHaveLength(polls)
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await page.getByLabel('Secret of the console').waitFor()
  }, 30_000)
})
