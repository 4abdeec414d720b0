// Before anything here is type-checked or run.

import { installOwnPackages } from '../support/own-packages.ts'

await installOwnPackages(import.meta.dirname)
