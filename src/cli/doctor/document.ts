// Fetches a document that an issuer publishes.

import { readText } from '../../http/body.ts'
import { withinDeadline } from '../../http/deadline.ts'

/** The document, or in a sentence why there is none. */
export type Published =
  | { readonly document: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

const timeout = 5000

export async function published(url: string): Promise<Published> {
  try {
    return await withinDeadline(timeout, undefined, async ({ signal, waitingFor }) => {
      waitingFor(url, 1)
      // Not followed, as no receiver would.
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal,
      })
      if (response.status !== 200) {
        await response.body?.cancel()
        return { problem: `${url} answers with HTTP ${response.status}.` }
      }
      return parse(url, await readText(response, signal))
    })
  } catch (error) {
    return { problem: `${url} can’t be had: ${reasonOf(error)}.` }
  }
}

function parse(url: string, text: string): Published {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: `${url} answers with something that is no JSON.` }
  }
  if (typeof value !== 'object' || value === null) return { problem: `${url} answers with no JSON object.` }
  return { document: Object.fromEntries(Object.entries(value)) }
}

// Node says only `fetch failed` and keeps the fact in `cause`.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed without a word'
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
