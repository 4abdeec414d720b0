// What came of a call: an output, or this package's error.

import { isWebIdentityError, type WebIdentityError } from '../../errors.ts'

export type Answer<Output> =
  | { readonly output: Output; readonly error?: undefined }
  | { readonly output?: undefined; readonly error: WebIdentityError }

export async function answerOf<Output>(call: Promise<Output>): Promise<Answer<Output>> {
  try {
    return { output: await call }
  } catch (error) {
    if (!isWebIdentityError(error)) throw error
    return { error }
  }
}
