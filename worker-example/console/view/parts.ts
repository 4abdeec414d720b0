// The small parts that the sections are made of: text of others, times, tags, words with a colour, tables.

import type { Tag } from 'aws-web-identity'
import { type Content, type Html, html } from '../html.ts'
import { relativeTime } from '../relative-time.ts'
import { visiblePieces } from '../visible.ts'

const MAX_SHOWN = 160

/**
 * Text that a caller, a party or AWS wrote: it can't turn around what stands next to it, nothing in it is hidden, and
 * where it is long its beginning is shown, which opens to all of it. So it must not stand in a `p`.
 */
export function foreign(text: string): Html {
  const characters = [...text]
  if (characters.length <= MAX_SHOWN) return whole(text)
  const beginning = characters.slice(0, MAX_SHOWN).join('')
  return html`<details class="long"><summary><bdi>${pieces(beginning)}…</bdi> <span class="muted">(${characters.length} characters)</span></summary>${whole(text)}</details>`
}

/** The same, whatever its length: what is to be read to its end. */
export function whole(text: string): Html {
  return html`<bdi>${pieces(text)}</bdi>`
}

function pieces(text: string): Content {
  return visiblePieces(text).map((piece) =>
    piece.isHidden ? html`<span class="unseen">${piece.text}</span>` : piece.text,
  )
}

/** A point in time, as it is from now; the browser keeps it so. */
export function moment(at: number, now: number): Html {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return html`at an unknown time`
  return html`<time datetime="${date.toISOString()}" title="${date.toISOString()}">${relativeTime(at, now)}</time>`
}

/** Tags, each as `key = value`. */
export function tagList(tags: readonly Tag[]): Content {
  if (tags.length === 0) return none('none')
  return html`<ul class="chips">${tags.map(
    ({ key, value }) => html`<li>${foreign(key)} = ${value === '' ? none('empty') : foreign(value)}</li>`,
  )}</ul>`
}

/** Texts below each other. */
export function lines(texts: readonly string[]): Content {
  return texts.map((text) => html`<div>${foreign(text)}</div>`)
}

/** Words in the place of what is not there. */
export function none(words: string): Html {
  return html`<span class="muted">${words}</span>`
}

/** How good it is what a badge says. */
export type Tone = 'good' | 'bad' | 'odd' | 'plain'

/** A word whose colour says the same again. */
export function badge(tone: Tone, word: Content): Html {
  return html`<span class="badge ${tone}">${word}</span>`
}

/** Seconds, as people read them. */
export function seconds(amount: number): string {
  if (amount === 3600) return '1 hour'
  if (amount % 60 === 0) return amount === 60 ? '1 minute' : `${amount / 60} minutes`
  return `${amount} seconds`
}

/** `1 token`, `2 tokens`. */
export function counted(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`
}

/** A section of the page; with `data-live` the page's script keeps it as it is now. */
export function section(id: string, title: string, content: Content, isLive = true): Html {
  return html`<section id="${id}"${isLive && html` data-live`} aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`
}

/** Facts by their names; those that are not there are left out. */
export function facts(pairs: readonly (readonly [name: string, value: Content])[]): Html {
  const known = pairs.filter(([, value]) => value !== undefined && value !== false && value !== null)
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
