// A policy in the languages in which people keep them.

import type { PolicyDocument } from './document.ts'
import { inCdk } from './in-cdk.ts'
import { inCloudFormation } from './in-cloudformation.ts'
import { inTerraform } from './in-terraform.ts'
import { asPair, printable } from './quoted.ts'

/** Each gives the text without a line break at its end, and throws an `InputError` where its language can't say it. */
export const formats = {
  json: (document) => printable(JSON.stringify(document, null, 2), asPair),
  terraform: inTerraform,
  cloudformation: inCloudFormation,
  cdk: inCdk,
} as const satisfies Record<string, (document: PolicyDocument) => string>

export type Format = keyof typeof formats
