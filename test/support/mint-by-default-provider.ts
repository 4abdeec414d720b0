// A script as a user would write it for a container or a Kubernetes pod: nothing but the environment tells it who
// it is. It runs from the build.

import { StsClient } from 'aws-web-identity'
import { defaultProvider } from 'aws-web-identity/credentials'
import { decodeJwt } from 'jose'

const sts = new StsClient({
  region: 'eu-central-1',
  endpoint: process.env['AWS_ENDPOINT_URL_STS'],
  credentials: defaultProvider(),
})
const { webIdentityToken } = await sts.getWebIdentityToken({
  audience: ['https://api.example.com'],
  signingAlgorithm: 'ES384',
})
console.log(decodeJwt(webIdentityToken).sub)
