// What Node, Bun and Deno have on `globalThis` and the other runtimes have not: environment variables, files, and a
// hash that does not wait. It is looked up and never imported, so that importing this package works everywhere.

interface Platform {
  readonly Deno?: {
    readonly env?: { get(name: string): string | undefined }
    readTextFile?(path: string): Promise<string>
  }
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>
    getBuiltinModule?<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined
  }
}

interface BuiltinModules {
  readonly 'node:fs/promises': { readFile(path: string, encoding: 'utf8'): Promise<string> }
  readonly 'node:crypto': {
    readonly hash?: (algorithm: 'sha256', text: string, encoding: 'base64') => string
  }
}

export function platform(): Platform {
  // The sources are compiled with the types of no runtime but the web's: these are the members in use.
  return globalThis as Platform
}
