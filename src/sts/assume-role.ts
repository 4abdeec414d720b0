// AssumeRole: from one identity to the temporary credentials of a role.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

import type { QueryOperation } from '../query/operation.ts'
import { type AssumedRole, readAssumedRole } from './assumed-role.ts'

export const assumeRole: QueryOperation<AssumedRole> = {
  name: 'AssumeRole',
  isRegionalOnly: false,
  isSigned: true,
  result: readAssumedRole,
}
