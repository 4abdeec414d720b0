// What every service needs once a request is on the wire: the reply is read, or the failure told, and another attempt made.
// A service's own `replies.ts` adds its errors, and is what is loaded.

import type { MakeError, SentRequest, ServiceReplies } from './connection.ts'
import { networkFailure } from './network-failure.ts'
import { headerOf, redactError } from './redact.ts'
import { readReply } from './reply.ts'
import { retry } from './retry-attempts.ts'

export function serviceReplies(makeError: MakeError): ServiceReplies {
  return {
    readReply: (response, sent) => readReply(response, { ...sent, secrets: secretsOf(sent), makeError }),
    networkFailure: (error, sent) => {
      const { origin } = sent.call.connection.endpoint.url
      return networkFailure(error, origin, sent.attempts, secretsOf(sent))
    },
    requestIdOf: (response, sent) => headerOf(response, 'x-amzn-requestid', secretsOf(sent)),
    retry,
    redactError: (error) => redactError(error, []),
  }
}

function secretsOf<Output>({ call: { operation, parameters }, credentials }: SentRequest<Output>): string[] {
  const { secretAccessKey, sessionToken } = credentials ?? {}
  return [secretAccessKey, sessionToken, ...(operation.secretsIn?.(parameters) ?? [])].filter(
    (secret) => secret !== undefined,
  )
}
