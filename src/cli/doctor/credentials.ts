// Whether there are credentials, and whether they can be any.

import { isCredentialsError } from '../../errors.ts'
import { resolveCredentials } from '../../query/resolve-credentials.ts'
import { sts } from '../../sts/service.ts'
import { type AwsAccess, type AwsLine, awsAccess } from '../aws/access.ts'
import { exportCredentials } from '../aws/export-credentials.ts'
import { originOf } from '../aws/origin.ts'
import { UsageError } from '../complaint.ts'
import { exitCodes } from '../exit-code.ts'
import { momentInWords } from '../time-words.ts'
import { step } from './step.ts'

export const credentials = step('credentials', [], async ({ line }) => {
  try {
    const { access, region } = await accessOf(line)
    const resolved = await resolveCredentials(
      { credentials: access.credentials, service: sts },
      { forceRefresh: false },
    )
    const { accessKeyId, expiration } = resolved
    const end = expiration === undefined ? '' : `, until ${momentInWords(expiration.getTime(), Date.now())}`
    return {
      result: 'ok',
      fact: `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}, of the ${originOf(access)}${end}`,
      found: { access, credentials: resolved, ...(region !== undefined && { region }) },
    }
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    return {
      result: 'failed',
      exitCode: exitCodes.credentials,
      cause: error.message,
      remedy: error.tryNextLink
        ? 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile by --profile. With the AWS CLI:'
        : 'Set the credentials anew, each part whole and without blanks. With the AWS CLI:',
      command: exportCredentials(line.profile),
    }
  }
})

// Where no region is named credentials can be looked for all the same; that there is none is another step's concern.
async function accessOf(line: AwsLine): Promise<{ access: AwsAccess; region: string | undefined }> {
  try {
    const access = await awsAccess(line)
    return { access, region: access.region }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { access: await awsAccess({ ...line, region: 'us-east-1' }), region: undefined }
  }
}
