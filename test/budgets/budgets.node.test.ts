// What calls may cost, as far as it can be counted: budgets.json. `npm run budgets` writes it anew; whoever does says in the
// same commit why it is worth it. What each export weighs is held by docs/sizes.md.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a call costs the requests, the cryptography and the modules that budgets.json says, and leaves no timer', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'measure.ts')])
  await expect(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`).toMatchFileSnapshot('budgets.json')
})
