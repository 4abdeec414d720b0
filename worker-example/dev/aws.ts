// The emulator in the place of AWS, with who is there in a real account too: the user as whom the Worker mints, a workload
// that asks the Worker with a web identity token of its own, and somebody who may switch federation off.

import {
  createEmulator,
  type EmulatorPrincipal,
  type EmulatorRequest,
  withControl,
  withPage,
} from 'aws-web-identity/emulator'
import { type ServedEmulator, serve } from 'aws-web-identity/emulator/node'

/** The variables by which a program is one of them. */
export type Identity = Readonly<Record<string, string>>

/** The emulator, served. */
export interface Aws extends ServedEmulator {
  readonly issuer: string
  readonly region: string
  /** The Worker. */
  readonly worker: Identity
  /** The workload, a Lambda function. */
  readonly workload: Identity
  readonly admin: Identity
}

const ACCOUNT = '123456789012'
const REGION = 'us-east-1'

// The keys open nothing but this emulator.
const worker = {
  arn: `arn:aws:iam::${ACCOUNT}:user/token-broker`,
  accessKeyId: 'AKIAIOSFODNN7DEVWORK',
  secretAccessKey: 'dev-only-secret-key-of-the-worker',
  // The least that it needs, as docs/worker.md has it.
  policies: { mint: allowing('sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken') },
} satisfies EmulatorPrincipal

const workload = {
  arn: `arn:aws:iam::${ACCOUNT}:role/dev-lambda`,
  accessKeyId: 'ASIAIOSFODNN7DEVLAMB',
  secretAccessKey: 'dev-only-secret-key-of-the-lambda',
  sessionToken: 'dev-only-session-of-the-lambda',
  sessionName: 'orders',
  runsOn: { service: 'lambda', functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders` },
  policies: { mint: allowing('sts:GetWebIdentityToken') },
} satisfies EmulatorPrincipal

const admin = {
  arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
  accessKeyId: 'AKIAIOSFODNN7DEVADMI',
  secretAccessKey: 'dev-only-secret-key-of-the-admin',
} satisfies EmulatorPrincipal

/** Starts it, at its usual port where that is free. */
export async function startAws(onRequest: (request: EmulatorRequest) => void): Promise<Aws> {
  const emulator = createEmulator({ principals: [worker, workload, admin], onRequest })
  const open = withControl(withPage(emulator))
  const { url, close } = await serve(open, { port: 4566 }).catch(() => serve(open))
  return {
    url,
    close,
    issuer: emulator.issuer,
    region: REGION,
    worker: variablesOf(worker),
    workload: variablesOf(workload),
    admin: variablesOf(admin),
  }
}

function allowing(...Action: string[]) {
  return { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } } as const
}

function variablesOf({
  accessKeyId,
  secretAccessKey,
  sessionToken = '',
}: {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}): Identity {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // An empty one hides one that the shell may hold.
    AWS_SESSION_TOKEN: sessionToken,
  }
}
