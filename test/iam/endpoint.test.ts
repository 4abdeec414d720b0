import { describe, expect, test } from 'vitest'
import { IamClient } from '../../src/iam/index.ts'
import { iam } from '../../src/iam/service.ts'
import { resolveEndpoint } from '../../src/query/endpoint.ts'
import vectors from '../vectors/endpoints-iam.json' with { type: 'json' }

interface Case {
  documentation: string
  region: string | null
  useFips: boolean
  useDualStack: boolean
  endpoint?: string
  expect: { url?: string; signingRegion?: string | null; error?: string }
}

const cases: Case[] = vectors.cases

function resolve({ region, useFips, useDualStack, endpoint }: Omit<Case, 'documentation' | 'expect'>) {
  // AWS's rules let a custom endpoint go without a region; our clients always want one, for it is signed.
  return resolveEndpoint(iam, {
    region: region ?? 'us-east-1',
    useFipsEndpoint: useFips,
    useDualstackEndpoint: useDualStack,
    endpoint,
  })
}

describe("AWS's own endpoint cases for IAM", () => {
  test('are all here', () => {
    expect(cases).toHaveLength(26)
  })

  test.each(cases.filter(({ expect }) => expect.url !== undefined))('$documentation', (vector) => {
    const { url, signingRegion } = resolve(vector)
    expect(url.href).toBe(`${vector.expect.url}/`)
    expect(signingRegion).toBe(vector.expect.signingRegion ?? 'us-east-1')
  })

  const refused = cases.filter(({ expect }) => expect.error !== undefined)

  test.each(refused.filter(({ endpoint }) => endpoint !== undefined))('$documentation', (vector) => {
    const option = vector.useFips ? 'useFipsEndpoint' : 'useDualstackEndpoint'
    expect(() => resolve(vector)).toThrow(`${option} cannot go with a custom endpoint`)
  })

  test.each(refused.filter(({ endpoint }) => endpoint === undefined))('$documentation', ({ region }) => {
    expect(region).toBe(null)
    expect(() => Reflect.construct(IamClient, [{}])).toThrow('region is missing')
  })
})

test.each([
  ['eu-central-1', 'iam.amazonaws.com', 'us-east-1'],
  ['moon-base-1', 'iam.amazonaws.com', 'us-east-1'],
  ['cn-northwest-1', 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['us-gov-east-1', 'iam.us-gov.amazonaws.com', 'us-gov-west-1'],
])('from %s the one endpoint of its partition is called', (region, host, signingRegion) => {
  const endpoint = resolve({ region, useFips: false, useDualStack: false })
  expect(endpoint.url.href).toBe(`https://${host}/`)
  expect(endpoint.signingRegion).toBe(signingRegion)
})

test('a region can never change the host, though IAM has one for all', () => {
  expect(() => resolve({ region: 'us-east-1.evil.example', useFips: false, useDualStack: false })).toThrow(
    'region must be the name of an AWS region, such as eu-central-1',
  )
})
