// The form-less form of the verify tool: when a token is there, the verifier is loaded, and told what to look at.

import { workerTime } from './clock.ts'
import { elementOf } from './element.ts'

/** Each look asks the Worker for the keys: not at each letter. */
const TYPING_PAUSE = 200

/** Wires the tool. */
export function offerVerifier(): void {
  const token = elementOf('token', HTMLTextAreaElement)
  const audience = elementOf('audience', HTMLSelectElement)
  const other = elementOf('other-audience', HTMLInputElement)
  const verdict = elementOf('verdict', HTMLElement)

  const check = async (): Promise<void> => {
    // The latest wins: of an earlier one the answer may come later.
    const turn = ++turns
    const isLatest = () => turn === turns
    elementOf('other', HTMLElement).hidden = audience.value !== 'other'
    const pasted = tokenIn(token.value)
    if (pasted === '') {
      elementOf('decoded', HTMLElement).replaceChildren()
      verdict.textContent = ''
      delete verdict.dataset['tone']
      return
    }
    const loaded = await verifier().catch(() => undefined)
    if (!isLatest()) return
    if (loaded) return loaded.inspect(pasted, audiences(audience, other), workerTime, isLatest)
    verdict.textContent = 'The verifier could not be loaded: the Worker does not answer. Try again.'
    verdict.dataset['tone'] = 'odd'
  }
  let turns = 0
  let timer: number | undefined
  const checkSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(check, TYPING_PAUSE)
  }
  for (const element of [token, other]) element.addEventListener('input', checkSoon)
  audience.addEventListener('change', check)
  // Who asked for the verdict is to see it; who writes is not to be moved about.
  const checkInSight = async (): Promise<void> => {
    clearTimeout(timer)
    await check()
    verdict.scrollIntoView({ block: 'nearest' })
  }
  elementOf('check', HTMLElement).addEventListener('click', checkInSight)
  other.addEventListener('keydown', ({ key }) => key === 'Enter' && checkInSight())
  // A token may be there already: pasted before this script came, or left over from before a reload.
  checkSoon()
}

/** The token of what was pasted: as a terminal breaks it, as curl or AWS’s CLI prints an answer, as a header has it. */
function tokenIn(pasted: string): string {
  const text = pasted.replaceAll(/\s/g, '')
  const [, answered = text] = /"webIdentityToken":"([^"]*)"/i.exec(text) ?? []
  return answered.replace(/^["'`]*(?:authorization:)?(?:bearer)?|["'`]+$/gi, '')
}

function verifier(): Promise<typeof import('./verify.ts')> {
  // The bundle that build.ts makes of it.
  const path = '/console/verify.js' as string
  return import(path)
}

function audiences(select: HTMLSelectElement, other: HTMLInputElement): string[] {
  if (select.value === 'other') return other.value === '' ? [] : [other.value]
  const values = select.value === 'any' ? [...select.options].map(({ value }) => value) : [select.value]
  return values.filter((value) => value.startsWith('=')).map((value) => value.slice(1))
}
