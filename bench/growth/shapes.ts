// Shapes of replies to GetWebIdentityToken, as AWS writes them and as nobody should: makers of replies of about so many bytes.

import { replyWith, tokenFilling, tokenOf } from '../sts/reply.ts'

export const shapes = {
  'a long token': (bytes) => replyWith(tokenFilling(bytes)),
  'many elements': (bytes) => {
    const count = Math.floor(roomIn(bytes) / '<Other>x</Other>'.length)
    return replyWith(SHORT, '<Other>x</Other>'.repeat(count))
  },
  'nested namespaces': (bytes) => {
    const [open, close] = ['<a xmlns:p0000="u">', '</a>']
    const depth = Math.floor(roomIn(bytes) / (open.length + close.length))
    const opened = Array.from({ length: depth }, (_, level) =>
      open.replace('0000', String(level).padStart(4, '0')),
    )
    return replyWith(SHORT, `${opened.join('')}${close.repeat(depth)}`)
  },
} as const satisfies Readonly<Record<string, (bytes: number) => string>>

const SHORT = tokenOf(200)

function roomIn(bytes: number): number {
  return bytes - replyWith(SHORT).length
}
