// The result that AssumeRole and AssumeRoleWithWebIdentity have in common: the session that they give.

import type { XmlElement } from '../query/xml-element.ts'

/** Credentials of a session, and whose they are. */
export interface AssumedRole {
  readonly credentials: SessionCredentials
  readonly assumedRoleUser: {
    /** The role's unique id and the session's name. */
    readonly assumedRoleId: string
    /** The session's ARN. */
    readonly arn: string
  }
}

/** Temporary credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** When they end, by AWS's clock. */
  readonly expiration: Date
}

/** Reads what both results begin with. */
export function readAssumedRole(result: XmlElement): AssumedRole {
  const credentials = result.child('Credentials')
  const user = result.child('AssumedRoleUser')
  return {
    credentials: {
      accessKeyId: credentials.string('AccessKeyId'),
      secretAccessKey: credentials.string('SecretAccessKey'),
      sessionToken: credentials.string('SessionToken'),
      expiration: credentials.date('Expiration'),
    },
    assumedRoleUser: { assumedRoleId: user.string('AssumedRoleId'), arn: user.string('Arn') },
  }
}
