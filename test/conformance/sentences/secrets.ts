import { assert } from 'chai'
import { everyError, SECRETS } from '../../support/every-error.ts'
import { about, type Sentences } from '../sentence.ts'

/** What stands before each error that is logged, so that whoever reads the log knows that all were there. */
export const MARK = 'conformance: an error'

export const secrets: Sentences = ({ library: { core }, makeClient, place }) =>
  about('secrets', {
    'no secret is in any error, or in the client that made it, however it is written down': async () => {
      const made = await everyError((options) => makeClient({ endpoint: undefined, ...options }))
      assert.lengthOf(made, 30)
      for (const { name, error, client } of made) {
        assert.isTrue(core.isWebIdentityError(error), name)
        for (const text of [...writings(error), ...writings(client)]) {
          for (const secret of SECRETS) assert.isFalse(text.includes(secret), `${name} shows a secret`)
        }
        // What this runtime's own console makes of it is read by who runs the suite.
        console.log(MARK, name, error, { error }, client)
      }
    },
    'no token is in a source, or in a verifier that remembers it': async () => {
      const source = core.createTokenSource({ sts: makeClient(), audience: 'a', signingAlgorithm: 'ES384' })
      const token = await source.getToken()
      const shown = [...writings(source), place.inspect?.(source) ?? ''].join()
      assert.isFalse(shown.includes(token.slice(-30)), 'the source shows its token')
    },
    'the search finds a secret that is there': () => {
      const [secret = ''] = SECRETS
      assert.isTrue(
        writings(new Error('x', { cause: new Error(secret) }))
          .join()
          .includes(secret),
      )
    },
  })

/** A value in every way in which it can be written down: its hidden, inherited and cloned parts as well. */
export function writings(value: unknown): string[] {
  const clones: unknown[] = [value]
  try {
    clones.push(structuredClone(value))
  } catch {
    // What can't be cloned can't be told that way.
  }
  return clones.flatMap((each) => [String(each), JSON.stringify(each) ?? '', reachable(each, new Set())])
}

function reachable(value: unknown, seen: Set<unknown>): string {
  if (typeof value === 'string') return value
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
    return ''
  seen.add(value)
  return Reflect.ownKeys(value)
    .map((key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
      return `${String(key)}=${reachable(descriptor?.value, seen)}`
    })
    .join('\n')
}
