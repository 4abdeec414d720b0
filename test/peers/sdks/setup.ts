// Installs the SDKs where they are missing, and puts this package beside them: these folders have a package.json of
// their own, so that the name `aws-web-identity` would lead nowhere.

import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { installOwnPackages } from '../../support/own-packages.ts'

/** Vitest's global setup. */
export async function setup(): Promise<void> {
  await installOwnPackages(import.meta.dirname)
  const link = join(import.meta.dirname, 'node_modules/aws-web-identity')
  await rm(link, { force: true })
  await symlink('../../../..', link, 'junction')
}
