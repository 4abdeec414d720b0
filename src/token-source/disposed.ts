import { WebIdentityError } from '../errors.ts'

/** The error of who asks a source that was disposed of. */
export function disposed(): WebIdentityError {
  return new WebIdentityError('disposed', 'The token source was disposed of')
}
