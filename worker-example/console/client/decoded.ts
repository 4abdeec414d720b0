// What a token says, member by member, without any trust.

import { decode } from 'aws-web-identity/verify'
import { relativeTime } from '../relative-time.ts'
import { elementOf } from './element.ts'
import { visibleText } from './visible-text.ts'

/** Shows it, and nothing where it can't be decoded. */
export function showDecoded(token: string, now: number): boolean {
  const target = elementOf('decoded', HTMLElement)
  try {
    const { header, claims } = decode(token)
    target.replaceChildren(part('Header', header, now), part('Claims', claims, now))
    return true
  } catch {
    // Why not is the verdict's to say.
    target.replaceChildren()
    return false
  }
}

type Members = Readonly<Record<string, unknown>>

function part(title: string, members: Members, now: number): HTMLElement {
  const section = document.createElement('div')
  const heading = document.createElement('h3')
  heading.textContent = title
  section.append(heading, list(members, now))
  return section
}

// Whoever made the token may have nested it a thousand levels deep, which no page can hold: from here on it is text.
const DEEPEST = 6

function list(members: Members, now: number, depth = 1): HTMLElement {
  const element = document.createElement('dl')
  element.className = 'facts'
  for (const [name, value] of Object.entries(members)) {
    const pair = document.createElement('div')
    const term = document.createElement('dt')
    const description = document.createElement('dd')
    term.append(visibleText(name))
    description.append(...contents(name, value, now, depth))
    pair.append(term, description)
    element.append(pair)
  }
  return element
}

// RFC 7519 section 2: NumericDate.
const TIMES: readonly string[] = ['exp', 'iat', 'nbf']

function contents(name: string, value: unknown, now: number, depth: number): Node[] {
  if (typeof value === 'string') return [visibleText(value)]
  const isListed = isMembers(value) && Object.keys(value).length > 0 && depth < DEEPEST
  if (isListed) return [list(value, now, depth + 1)]
  const text = jsonOf(value)
  if (!TIMES.includes(name) || typeof value !== 'number') return [text]
  const date = new Date(value * 1000)
  if (Number.isNaN(date.getTime())) return [text]
  const time = document.createElement('time')
  time.dateTime = time.title = date.toISOString()
  time.textContent = relativeTime(date.getTime(), now)
  return [text, document.createTextNode(`, ${date.toISOString()}, `), time]
}

function jsonOf(value: unknown): HTMLElement {
  try {
    return visibleText(JSON.stringify(value))
  } catch {
    // It recurses, and the stack ends somewhere.
    const words = document.createElement('span')
    words.className = 'muted'
    words.textContent = 'nested too deeply to be shown'
    return words
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
