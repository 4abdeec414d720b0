// What each contestant mints: the same token for the same caller.

/** Asks AWS STS once and gives the token. */
export type Mint = () => Promise<string>

/** Makes what mints at this endpoint, as the documentation of the contestant shows it. */
export type Connect = (endpoint: string) => Mint

export const REGION = 'us-east-1'
/** Of a session, as a serverless function has them. */
export const CREDENTIALS = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session-token'.repeat(50),
}
export const AUDIENCE = 'https://api.example.com'
export const ALGORITHM = 'ES384'
export const DURATION_SECONDS = 600
