// Whether the region has the call, and whether anybody answers there, and as STS.

import { isInputError, isResponseError, isTimeoutError, type WebIdentityError } from '../../errors.ts'
import { type Endpoint, resolveEndpoint } from '../../query/endpoint.ts'
import { StsClient } from '../../sts/client.ts'
import { sts as service } from '../../sts/service.ts'
import type { AwsAccess } from '../aws/access.ts'
import { exitCodes } from '../exit-code.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { answerOf } from './answer.ts'
import { type Outcome, step } from './step.ts'

export const endpoint = step(
  'endpoint',
  ['access', 'credentials'],
  async ({ access, credentials, region, watch }) => {
    if (region === undefined) return noRegion
    const target = targetOf(access)
    if ('result' in target) return target
    if (target.globalBecauseOf !== undefined) return globalEndpoint(target.globalBecauseOf)
    // Without the end of the session, so that AWS judges it and not this machine's clock.
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    const sts = new StsClient({
      ...access.sts,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      fetch: watch.fetch,
      maxAttempts: 2,
    })
    const identity = await answerOf(sts.getCallerIdentity())
    const { origin } = target.url
    if (identity.error !== undefined) {
      const failed = unreachable(identity.error, origin, region)
      if (failed !== undefined) return failed
    }
    return { result: 'ok', fact: `${origin} answers, for ${region}`, found: { sts, identity } }
  },
)

function targetOf({ sts: { region, endpoint: address } }: AwsAccess): Endpoint | Outcome {
  try {
    return resolveEndpoint(service, { region, endpoint: address })
  } catch (error) {
    if (!isInputError(error)) throw error
    return {
      result: 'failed',
      exitCode: exitCodes.usage,
      cause: `${error.path === 'endpoint' ? 'The endpoint URL' : 'The region'} ${error.rule}.`,
      remedy: 'Name another:',
      command: error.path === 'endpoint' ? noEndpoint : exampleRegion,
    }
  }
}

const noEndpoint = 'unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS'
const exampleRegion = 'export AWS_REGION=eu-central-1'

const noRegion: Outcome = {
  result: 'failed',
  exitCode: exitCodes.usage,
  cause: 'No region is named: not by --region, AWS_REGION or AWS_DEFAULT_REGION, nor in the profile.',
  remedy: 'Name one that is near:',
  command: exampleRegion,
}

function globalEndpoint(because: 'region' | 'endpoint'): Outcome {
  return {
    result: 'failed',
    exitCode: exitCodes.refused,
    cause: 'The global endpoint of STS has no GetWebIdentityToken: it answers InvalidAction.',
    remedy: 'Call a regional endpoint: name a region, and no endpoint URL.',
    command: because === 'region' ? exampleRegion : noEndpoint,
  }
}

/** `undefined` where STS answered, whatever it said. */
function unreachable(error: WebIdentityError, origin: string, region: string): Outcome | undefined {
  if (error.code.startsWith('RegionDisabled')) {
    return {
      result: 'failed',
      exitCode: exitCodes.refused,
      cause: `The region ${region} is not switched on for the account.`,
      remedy: 'Switch it on in the account’s settings, or name another.',
      command: `aws account enable-region --region-name ${shellQuoted(region)}`,
    }
  }
  if (!isResponseError(error) && !isTimeoutError(error)) return undefined
  const isSomebodyElse = isResponseError(error) && error.code !== 'network_failure'
  return {
    result: 'failed',
    exitCode: exitCodes.network,
    cause: error.message,
    remedy: isSomebodyElse
      ? 'It is not STS that answers there, but a proxy or another server: see what it says, and mend the endpoint URL.'
      : `See that the region ${region} and the endpoint URL are spelled right, and that this machine reaches it:`,
    command: `curl --verbose ${shellQuoted(`${origin}/`)}`,
  }
}
