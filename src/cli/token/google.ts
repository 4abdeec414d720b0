// What an executable-sourced credential of Google's libraries reads from stdout.
// https://google.aip.dev/auth/4117

/** Whether the line asks for Google's shape, even where it can't be read as a whole. */
export function asksForGoogle(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--format=google' || (arg === 'google' && args[index - 1] === '--format'),
  )
}

export function googleToken(token: string, expiration: Date): object {
  return {
    version: 1,
    success: true,
    token_type: 'urn:ietf:params:oauth:token-type:jwt',
    id_token: token,
    expiration_time: Math.floor(expiration.getTime() / 1000),
  }
}

export function googleFailure({
  code,
  message,
}: {
  readonly code: string
  readonly message: string
}): object {
  return { version: 1, success: false, code, message }
}
