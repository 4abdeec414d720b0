import { describe, expect, test } from 'vitest'
import { createEmulator, type PolicyDocument } from '../../../src/emulator/index.ts'

const allow = { Effect: 'Allow', Action: 'sts:*', Resource: '*' } as const

describe('a policy that IAM would refuse is refused at its element', () => {
  test.each<[string, unknown, string]>([
    ['no policy at all', null, ' must be a policy document'],
    ['a member that IAM does not know', { Statement: [allow], Comment: '' }, '.Comment is not known here'],
    ['no statement', { Version: '2012-10-17' }, '.Statement is missing'],
    [
      'an effect',
      { Statement: [allow, { ...allow, Effect: 'allow' }] },
      '.Statement[1].Effect must be "Allow"',
    ],
    [
      'a single statement',
      { Statement: { ...allow, Effect: 'Permit' } },
      '.Statement.Effect must be "Allow"',
    ],
    [
      'a missing element',
      { Statement: [{ Effect: 'Allow', Action: '*' }] },
      '.Statement[0] must have either',
    ],
    ['an action in a list', { Statement: [{ ...allow, Action: ['*', 'mint'] }] }, '.Statement[0].Action'],
    [
      'a condition whose key has dots and brackets',
      {
        Statement: [
          {
            ...allow,
            Condition: { StringEquals: { 'aws:RequestTag/a': 'a', 'aws:RequestTag/a.b[0].c': ['x', {}] } },
          },
        ],
      },
      '.Statement[0].Condition.StringEquals.aws:RequestTag/a.b[0].c[1] must be a string',
    ],
  ])('%s', (_, document, complaint) => {
    const principals = [
      {
        arn: 'arn:aws:iam::123456789012:user/app',
        accessKeyId: 'AKIA1',
        secretAccessKey: 'secret',
        policies: { outbound: document as PolicyDocument },
      },
    ]
    expect(() => createEmulator({ principals })).toThrow(`principals[0].policies.outbound${complaint}`)
  })
})
