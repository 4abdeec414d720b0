// Reads environment variables: of an environment that was given, such as the `env` of a Worker, or the
// platform's own. As in the AWS SDK, an empty variable is an absent one.
// https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html

import { CredentialsError } from '../errors.ts'
import { platform } from '../platform.ts'

/**
 * Environment variables by their names: the `env` of a Worker, `process.env`, `Deno.env.toObject()`. Other
 * members, such as a Worker's bindings, are not looked at.
 */
export type Environment = object

/** @throws {CredentialsError} where the variable is no string, or the platform does not let it be read. */
export function readVariable(env: Environment | undefined, name: string): string | undefined {
  const value: unknown = env === undefined ? platformVariable(name) : Reflect.get(env, name)
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') {
    const remedy = typeof value === 'object' ? ' (of a secrets store, give what its get() resolves to)' : ''
    throw new CredentialsError(`${name} must be a string: its type is ${typeof value}${remedy}`)
  }
  return value
}

/** For what only may be set: a variable that the platform does not let be read is an absent one. */
export function readVariableIfAllowed(env: Environment | undefined, name: string): string | undefined {
  try {
    return readVariable(env, name)
  } catch (error) {
    if (env !== undefined) throw error
    return undefined
  }
}

function platformVariable(name: string): string | undefined {
  const { Deno, process } = platform()
  if (Deno?.env !== undefined) {
    try {
      return Deno.env.get(name)
    } catch {
      throw new CredentialsError(
        `Deno does not let ${name} be read: run with --allow-env, or give the variables as \`env\``,
      )
    }
  }
  if (process?.env !== undefined) return process.env[name]
  throw new CredentialsError('This runtime has no environment variables: give them as `env`', {
    tryNextLink: true,
  })
}
