import { describe, expect, test } from 'vitest'
import { resolveEndpoint } from '../../src/query/endpoint.ts'
import { sts } from '../../src/sts/service.ts'
import vectors from '../vectors/endpoints-sts.json' with { type: 'json' }
import partitionVectors from '../vectors/partitions.json' with { type: 'json' }

interface Case {
  documentation: string
  region: string | null
  useFips: boolean
  useDualStack: boolean
  endpoint?: string
  expect: { url?: string; signingRegion?: string | null; error?: string }
}

function resolve({ region, useFips, useDualStack, endpoint }: Omit<Case, 'expect' | 'documentation'>) {
  // A region is required here, where the rules let a custom endpoint go without one.
  return resolveEndpoint(sts, {
    region: region ?? 'us-east-1',
    useFipsEndpoint: useFips,
    useDualstackEndpoint: useDualStack,
    endpoint,
  })
}

describe("AWS's own endpoint cases", () => {
  for (const vector of vectors.cases as Case[]) {
    if (vector.documentation === 'Missing region') continue // the client refuses it: see client.test.ts
    test(vector.documentation, () => {
      if (vector.expect.error !== undefined) {
        expect(() => resolve(vector)).toThrow(
          /^use(Fips|Dualstack)Endpoint cannot go with a custom endpoint$/,
        )
        return
      }
      const { url, signingRegion } = resolve(vector)
      expect(url.href).toBe(`${vector.expect.url}/`)
      expect(signingRegion).toBe(vector.expect.signingRegion ?? 'us-east-1')
    })
  }
})

describe.each(partitionVectors.partitions)('partition $id', ({ dnsSuffix, dualStackDnsSuffix, regions }) => {
  for (const region of regions) {
    test(`${region} has its suffixes`, () => {
      if (region === 'aws-global') return // it has one host alone: see above
      const plain = resolve({ region, useFips: false, useDualStack: false })
      const dual = resolve({ region, useFips: false, useDualStack: true })
      expect(plain.url.hostname).toBe(`sts.${region}.${dnsSuffix}`)
      expect(dual.url.hostname).toBe(`sts.${region}.${dualStackDnsSuffix}`)
    })
  }
})

test('a region that AWS may open one day belongs to the partition whose pattern it fits', () => {
  const hostOf = (region: string) => resolve({ region, useFips: false, useDualStack: false }).url.hostname
  expect(hostOf('eu-north-9')).toBe('sts.eu-north-9.amazonaws.com')
  expect(hostOf('cn-south-7')).toBe('sts.cn-south-7.amazonaws.com.cn')
  expect(hostOf('eusc-de-north-2')).toBe('sts.eusc-de-north-2.amazonaws.eu')
  expect(hostOf('us-isof-north-1')).toBe('sts.us-isof-north-1.csp.hci.ic.gov')
  expect(hostOf('moon-base-1')).toBe('sts.moon-base-1.amazonaws.com')
})

test('aws-global has no variants', () => {
  for (const variant of [
    { useFips: true, useDualStack: false },
    { useFips: false, useDualStack: true },
  ]) {
    expect(() => resolve({ region: 'aws-global', ...variant })).toThrow(
      'region must be a region, such as us-east-1: aws-global has no FIPS or dual-stack endpoint',
    )
  }
})

test.each([
  'us-east-1.evil.example/',
  'us-east-1.evil.example',
  'evil.example#',
  'a@b',
  'a:b',
  'a/b',
  'a\\b',
  '..',
  '.',
  '',
  ' us-east-1',
  'us-east-1\n',
  'us_east_1',
  'US-EAST-1',
  '-us-east-1',
  'us-east-1-',
  'ü-east-1',
  'ｕs-east-1',
  'us-east-1\u0000',
  'us%2Deast',
  'x'.repeat(64),
])('region %j is no host label and is refused', (region) => {
  expect(() => resolve({ region, useFips: false, useDualStack: false })).toThrow(
    'region must be the name of an AWS region, such as eu-central-1',
  )
})

test('a region of 63 characters is still a host label', () => {
  const region = 'x'.repeat(63)
  expect(resolve({ region, useFips: false, useDualStack: false }).url.hostname).toBe(
    `sts.${region}.amazonaws.com`,
  )
})

test('a name that every object inherits is no global region', () => {
  expect(resolve({ region: 'constructor', useFips: false, useDualStack: false }).url.hostname).toBe(
    'sts.constructor.amazonaws.com',
  )
})

test.each([
  ['not a url', 'endpoint must be an absolute URL, such as http://127.0.0.1:4566'],
  ['//example.com', 'endpoint must be an absolute URL, such as http://127.0.0.1:4566'],
  ['ftp://example.com', 'endpoint must be an https: or http: URL'],
  ['file:///etc/hosts', 'endpoint must be an https: or http: URL'],
  ['data:,x', 'endpoint must be an https: or http: URL'],
  ['ws://example.com', 'endpoint must be an https: or http: URL'],
  ['https://user@example.com', 'endpoint must have no user, password, query or fragment'],
  ['https://:secret@example.com', 'endpoint must have no user, password, query or fragment'],
  ['https://example.com/?a=b', 'endpoint must have no user, password, query or fragment'],
  ['https://example.com/#a', 'endpoint must have no user, password, query or fragment'],
])('endpoint %j is refused', (endpoint, message) => {
  expect(() => resolve({ region: 'us-east-1', useFips: false, useDualStack: false, endpoint })).toThrow(
    message,
  )
})

test("a custom endpoint keeps its path, and its caller's URL stays as it is", () => {
  const endpoint = new URL('https://example.com/custom')
  const { url } = resolveEndpoint(sts, { region: 'us-east-1', endpoint })
  expect(url.href).toBe('https://example.com/custom/')
  expect(endpoint.href).toBe('https://example.com/custom')
})
