import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/cli/emulator/config.ts'
import { createEmulator } from '../../src/emulator/index.ts'
import { finished, temporaryDirectory, temporaryFile } from './run-cli.ts'

const whole = `{
  "$schema": "./node_modules/aws-web-identity/emulator-config.schema.json",
  "seed": "a",
  "federationEnabled": true,
  "organization": { "id": "o-a1b2c3d4e5", "path": "o-a1b2c3d4e5/r-ab12/" },
  "trustedIssuers": [{ "issuer": "https://issuer.example.com", "audiences": ["sts.amazonaws.com"] }],
  "accounts": [{ "accountId": "111122223333", "rsaKeyHasAlg": true }],
  "faults": [{ "operation": "GetCallerIdentity", "status": 503, "times": 1 }],
  "principals": [
    {
      "arn": "arn:aws:iam::111122223333:role/app",
      "accessKeyId": "ASIAEXAMPLE",
      "secretAccessKey": "secret",
      "sessionToken": "token",
      "sessionExpiration": "2030-01-01T00:00:00+01:00",
      "policies": {
        "outbound": {
          "Version": "2012-10-17",
          "Statement": [
            { "Sid": "Mint", "Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*" },
            {
              "Sid": "NotForOthers",
              "Effect": "Deny",
              "Action": "sts:*",
              "Resource": "*",
              "Condition": { "StringNotEquals": { "aws:PrincipalTag/team.name": ["blue"] } }
            }
          ]
        }
      }
    }
  ]
}`

test('says all that options of createEmulator can say in JSON', async () => {
  const options = await readConfig(temporaryFile('emulator.json', whole))
  expect(Object.keys(options).sort()).toEqual([
    'accounts',
    'faults',
    'federationEnabled',
    'organization',
    'principals',
    'seed',
    'trustedIssuers',
  ])
  expect(options.principals?.[0]?.sessionExpiration).toEqual(new Date('2029-12-31T23:00:00Z'))
  expect(createEmulator(options).credentials.accessKeyId).toBe('ASIAEXAMPLE')
})

describe('what is wrong with it is said with its line and column:', () => {
  test.each<[string, string, string, string]>([
    ['a syntax error', '"seed": "a",', '"seed": "a"', '4:3: " stands where a comma or } should be.'],
    ['an unknown option', '"seed"', '"sead"', '3:3: sead is not known here.'],
    ['an option of code', '"seed": "a"', '"now": 5', '3:3: now is not known here.'],
    ['a wrong type', '"seed": "a"', '"seed": 5', '3:3: seed must be a string.'],
    ['an ARN', ':role/app', ':app/app', '11:7: principals[0].arn must be the ARN of an IAM user or role.'],
    [
      'what is missing',
      '"secretAccessKey": "secret",',
      '',
      '10:5: principals[0].secretAccessKey is missing.',
    ],
    [
      'a time without a zone',
      '00:00:00+01:00',
      '00:00:00',
      '15:7: principals[0].sessionExpiration must be a time with its zone, such as "2030-01-01T00:00:00Z".',
    ],
    [
      'a day that is none',
      '2030-01-01T',
      '2030-01-32T',
      '15:7: principals[0].sessionExpiration must be a time with its zone',
    ],
    [
      'a day that the month does not have',
      '2030-01-01T',
      '2030-02-30T',
      '15:7: principals[0].sessionExpiration must be a time with its zone',
    ],
    ['a depth beyond all sense', whole, '['.repeat(200_000), '1:501: values stand in more than 500 others.'],
    [
      'an effect of a statement',
      '"Deny"',
      '"deny"',
      '23:15: principals[0].policies.outbound.Statement[1].Effect must be "Allow" or "Deny", with the capital letter.',
    ],
    [
      'a value of a condition',
      '["blue"]',
      '["blue", []]',
      '26:90: principals[0].policies.outbound.Statement[1].Condition.StringNotEquals.aws:PrincipalTag/team.name[1] must be',
    ],
    ['a fault', '"status": 503', '"status": 5', '8:50: faults[0].status must be an integer from 200 to 599.'],
    ['something else than an object', whole, '[]', '1:1: the configuration must be an object.'],
    ['an empty file', whole, '', '1:1: the file ends where a value should be.'],
  ])('%s', async (_, before, after, complaint) => {
    expect(whole).toContain(before)
    const file = temporaryFile(
      'emulator.json',
      whole.replace(before, () => after),
    )
    await expect(readConfig(file)).rejects.toThrow(`${file}:${complaint}`)
  })
})

test('loses no member, however it is named', async () => {
  const [arn, accessKeyId] = ['arn:aws:iam::123456789012:user/a', 'AKIA']
  const policies = { constructor: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } } }
  const principals = [{ arn, accessKeyId, secretAccessKey: 's', policies, tags: { constructor: 'x' } }]
  const file = temporaryFile('emulator.json', JSON.stringify({ $schema: 'x', principals }))
  expect(await readConfig(file)).toEqual({ principals })
})

test('one that is wrong ends the command with exit code 1', async () => {
  const file = temporaryFile('emulator.json', '{\n  "ports": 1\n}')
  expect(await finished(['emulator', '--config', file])).toEqual({
    code: 1,
    out: '',
    err: `${file}:2:3: ports is not known here.\n`,
  })
})

test('what it says of a file can’t command the terminal', async () => {
  const file = temporaryFile('emulator.json', '{ "\\u001b[2J": 1, "\\u001b[2J": 1 }')
  const { err } = await finished(['emulator', '--config', file])
  expect(err).toBe(`${file}:1:19: "�[2J" stands twice in the same object.\n`)
})

test.each([
  ['UTF-16, as PowerShell writes it', Buffer.from('\u{feff}{}', 'utf16le')],
  ['Latin-1', Buffer.from('{ "seed": "é" }', 'latin1')],
])('one in %s is refused, not misread', async (_, bytes) => {
  const file = temporaryFile('emulator.json', bytes)
  await expect(readConfig(file)).rejects.toThrow(`The configuration ${file} is not UTF-8.`)
})

test('one that can’t be read is one sentence', async () => {
  const directory = temporaryDirectory()
  await expect(readConfig(`${directory}/none.json`)).rejects.toThrow(
    `The configuration ${directory}/none.json can't be read: there is no such file.`,
  )
  await expect(readConfig(directory)).rejects.toThrow('it is a directory')
})
