import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createEmulator, type EmulatorPrincipal } from '../../../src/emulator/index.ts'
import { call, now } from '../sts-call.ts'

test.each<[string, Partial<EmulatorPrincipal>, Record<string, unknown>]>([
  [
    'Lambda',
    { runsOn: { service: 'lambda', functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f' } },
    { lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:f' },
  ],
  [
    'EC2',
    {
      runsOn: {
        service: 'ec2',
        instanceArn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-1',
        vpc: 'vpc-1',
        privateIpv4: '10.0.0.1',
      },
    },
    {
      ec2_source_instance_arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-1',
      ec2_instance_source_vpc: 'vpc-1',
      ec2_instance_source_private_ipv4: '10.0.0.1',
      ec2_role_delivery: '2.0',
    },
  ],
  ['Glue', { runsOn: { service: 'glue' } }, { glue_credential_issuing_service: 'glue.amazonaws.com' }],
  [
    'IAM Identity Center',
    {
      identityCenterUser: {
        userId: 'u-1',
        storeArn: 'arn:aws:identitystore::123456789012:identitystore/d-1',
      },
    },
    {
      identity_store_user_id: 'u-1',
      identity_store_arn: 'arn:aws:identitystore::123456789012:identitystore/d-1',
    },
  ],
  ['a source identity', { sourceIdentity: 'alice' }, { source_identity: 'alice' }],
  ['an organization', {}, { org_id: 'o-a1b2c3', ou_path: ['o-a1b2c3/r-ab12/'] }],
  ['session tags', { sessionTags: { team: 'blue' } }, { principal_tags: { team: 'blue' } }],
])('a token tells of %s', async (name, session, claims) => {
  const emulator = createEmulator({
    now: () => now,
    principals: [
      {
        arn: 'arn:aws:iam::123456789012:role/r',
        accessKeyId: 'ASIA',
        secretAccessKey: 's',
        sessionToken: 't',
        sessionExpiration: new Date(now + 3_600_000),
        ...session,
      },
    ],
    ...(name === 'an organization' && { organization: { id: 'o-a1b2c3', path: 'o-a1b2c3/r-ab12/' } }),
  })
  const answer = await call(emulator, {
    Action: 'GetWebIdentityToken',
    Audience: ['a'],
    SigningAlgorithm: 'ES384',
  })
  expect(decodeJwt(answer.text('WebIdentityToken') ?? answer.xml)['https://sts.amazonaws.com/']).toEqual({
    aws_account: '123456789012',
    original_session_exp: '2026-09-11T19:35:48Z',
    source_region: 'us-east-1',
    principal_id: 'arn:aws:iam::123456789012:role/r',
    ...claims,
  })
})
