// A program that only mints: what is weighed.

export { StsClient } from 'aws-web-identity'
