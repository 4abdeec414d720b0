// What every runtime talks to, on one origin, so that a page can as well: the emulator as a program serves it, and under
// /lab/ replies on order, metadata services, an API that asks for tokens, and files for browsers.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { createEmulator, type EmulatorOptions } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import {
  ACCOUNT,
  DENIED,
  DEVELOPER,
  ELSEWHERE,
  OTHER_ACCOUNT,
  PARTY,
  ROLE,
  SESSION,
  WORKLOAD_ISSUER,
} from './principals.ts'
import type { ScriptedReply, ScriptedRequest } from './sentence.ts'
import { AHEAD_REGION, SKEW } from './skew.ts'

export interface Lab {
  readonly url: string
  /** The same emulator at another origin. */
  readonly otherOrigin: string
  readonly issuer: string
  /** What a browser reports under this name. */
  report(name: string): Promise<unknown>
  close(): Promise<void>
}

interface PlayedScript {
  readonly replies: readonly ScriptedReply[]
  readonly requests: (ScriptedRequest & { abandoned: boolean })[]
}

/** @param files the folder that is served under /lab/files/ */
export async function startLab(files: string, port = 0): Promise<Lab> {
  const workload = await makeWorkload()
  const emulator = createEmulator(optionsOf(workload.jwks))
  const ahead = createEmulator({ ...optionsOf(workload.jwks), now: () => Date.now() + SKEW })
  const inside = await serve({ fetch: emulator.fetch, servedAt: () => {} })
  const insideAhead = await serve({ fetch: ahead.fetch, servedAt: () => {} })
  const scripts = new Map<string, PlayedScript>()
  const reports = new Map<string, PromiseWithResolvers<unknown>>()
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  let open = 0

  const server = createServer((incoming, outgoing) => {
    open += 1
    outgoing.once('close', () => {
      open -= 1
    })
    answer(incoming, outgoing).catch((error) => {
      outgoing.destroy()
      if (!incoming.destroyed) console.error('lab:', error)
    })
  })

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? '/', 'http://lab')
    const [, room, name = '', ...rest] = pathname.split('/')
    if (room === 'latest') return instanceMetadata(incoming, outgoing)
    if (room !== 'lab') {
      const isAhead = incoming.headers.authorization?.includes(`/${AHEAD_REGION}/`) ?? false
      return pass(incoming, outgoing, isAhead ? insideAhead.url : inside.url)
    }
    switch (name) {
      case 'scripts':
        return script(incoming, outgoing, rest[0])
      case 'open':
        return void outgoing.end(String(open))
      case 'container':
        return containerMetadata(incoming, outgoing)
      case 'workload-token':
        return void outgoing.end(await workload.token())
      case 'party':
        return party(incoming, outgoing)
      case 'api':
        return api(incoming, outgoing, rest[0])
      case 'reports':
        reportOf(rest[0]).resolve(JSON.parse(await text(incoming)))
        return void outgoing.end()
      case 'files':
        return file(outgoing, files, rest.join('/'))
      default:
        return void outgoing.writeHead(404).end()
    }
  }

  // A relying party that trusts the emulator's issuer, and verifies as one of another maker would.
  async function party(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming)
    const isForm = incoming.headers['content-type'] === 'application/x-www-form-urlencoded'
    const sent = isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body)
    const { grant, token } = grantOf(sent)
    const answer = (status: number, members: object) =>
      void outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(members))
    try {
      keys ??= createRemoteJWKSet(new URL(await jwksUriOf(emulator.issuer)))
      const { payload } = await jwtVerify(String(token), keys, { issuer: emulator.issuer, audience: PARTY })
      const format = isForm ? 'form' : 'json'
      answer(200, {
        access_token: `party-${randomUUID()}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
        scope: [payload.sub?.split('/').at(-1), grant, format, sent.client_id].join(' ').trim(),
      })
    } catch (error) {
      answer(400, { error: 'invalid_grant', error_description: String(error) })
    }
  }

  function reportOf(name = ''): PromiseWithResolvers<unknown> {
    const report = reports.get(name) ?? Promise.withResolvers<unknown>()
    reports.set(name, report)
    return report
  }

  async function script(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    id: string | undefined,
  ): Promise<void> {
    const body = await text(incoming)
    if (id === undefined) {
      const made = randomUUID()
      // The suite's own order.
      scripts.set(made, { replies: JSON.parse(body) as ScriptedReply[], requests: [] })
      return void outgoing.end(made)
    }
    const played = scripts.get(id)
    if (played === undefined) return void outgoing.writeHead(404).end()
    const { replies, requests } = played
    if (incoming.method === 'GET') return void outgoing.end(JSON.stringify(requests))
    // Single values, and what a client sends twice is joined.
    const headers = incoming.headers as Record<string, string>
    const received = { headers, body, abandoned: false }
    requests.push(received)
    outgoing.once('close', () => {
      received.abandoned = !outgoing.writableFinished
    })
    await play(replies[Math.min(requests.length, replies.length) - 1] ?? {}, outgoing)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has such an address.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  emulator.servedAt(url)
  ahead.servedAt(url)
  return {
    url,
    otherOrigin: inside.url,
    issuer: emulator.issuer,
    report: (name) => reportOf(name).promise,
    async close() {
      server.close()
      server.closeAllConnections()
      await Promise.all([inside.close(), insideAhead.close()])
    },
  }
}

function optionsOf(jwks: NonNullable<EmulatorOptions['trustedIssuers']>[number]['jwks']): EmulatorOptions {
  return {
    principals: [
      { arn: `arn:aws:iam::${ACCOUNT}:user/developer`, ...DEVELOPER },
      { arn: `arn:aws:iam::${ACCOUNT}:user/denied`, ...DENIED, policies: {} },
      { arn: `arn:aws:iam::${OTHER_ACCOUNT}:user/elsewhere`, ...ELSEWHERE },
      {
        arn: ROLE,
        ...SESSION,
        sessionName: 'metadata',
        trustPolicy: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
            {
              Effect: 'Allow',
              Principal: {
                Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${new URL(WORKLOAD_ISSUER).host}`,
              },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: { StringEquals: { [`${new URL(WORKLOAD_ISSUER).host}:aud`]: 'sts.amazonaws.com' } },
            },
          ],
        },
      },
    ],
    accounts: [
      {
        accountId: ACCOUNT,
        trustedIssuers: [{ issuer: WORKLOAD_ISSUER, audiences: ['sts.amazonaws.com'], jwks }],
      },
      { accountId: OTHER_ACCOUNT, federationEnabled: false },
    ],
  }
}

async function makeWorkload() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] },
    token: () =>
      new SignJWT({ sub: 'ci' })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(WORKLOAD_ISSUER)
        .setAudience('sts.amazonaws.com')
        .setIssuedAt()
        .setExpirationTime('5 minutes')
        .sign(privateKey),
  }
}

async function jwksUriOf(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  return (await response.json()).jwks_uri
}

/** The grant by which a token is shown, and the token, where all that belongs to the grant is there. */
function grantOf(sent: Readonly<Record<string, unknown>>): { grant?: string; token?: unknown } {
  const { grant_type: type } = sent
  if (type === 'urn:ietf:params:oauth:grant-type:token-exchange') {
    const isJwt = sent['subject_token_type'] === 'urn:ietf:params:oauth:token-type:jwt'
    return isJwt ? { grant: 'token-exchange', token: sent['subject_token'] } : {}
  }
  if (type === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return { grant: 'jwt-bearer', token: sent['assertion'] }
  }
  const isAssertion =
    sent['client_assertion_type'] === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  return type === 'client_credentials' && isAssertion
    ? { grant: 'client-credentials', token: sent['client_assertion'] }
    : {}
}

// With the client's own Host, which it signed.
function pass(incoming: IncomingMessage, outgoing: ServerResponse, url: string): void {
  const { method, url: path, headers } = incoming
  const { hostname, port } = new URL(url)
  const passed = forward({ hostname, port, method, path, headers }, (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(outgoing)
  })
  passed.on('error', () => outgoing.destroy())
  incoming.pipe(passed)
}

async function play(reply: ScriptedReply, outgoing: ServerResponse): Promise<void> {
  const { status = 200, headers = {}, body = [], bytes, every = 0, delay = 0, breaks, hangs } = reply
  await sleep(delay)
  if (hangs === 'before the headers') return
  if (breaks === 'before the headers') return void outgoing.destroy()
  outgoing.writeHead(status, headers)
  if (bytes !== undefined) outgoing.write(Buffer.from(bytes, 'base64'))
  for (const piece of body) {
    if (outgoing.destroyed) return
    outgoing.write(piece)
    if (every > 0) await sleep(every)
  }
  if (hangs === 'within the body') return void outgoing.flushHeaders()
  if (breaks === undefined) return void outgoing.end()
  // What was written goes out first.
  outgoing.flushHeaders()
  await sleep(50)
  outgoing.destroy()
}

const metadata = () =>
  JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: SESSION.accessKeyId,
    SecretAccessKey: SESSION.secretAccessKey,
    Token: SESSION.sessionToken,
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  })

function containerMetadata({ headers }: IncomingMessage, outgoing: ServerResponse): void {
  if (headers.authorization !== 'container-token') return void outgoing.writeHead(401).end()
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(metadata())
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
function instanceMetadata({ method, url, headers }: IncomingMessage, outgoing: ServerResponse): void {
  if (method === 'PUT' && url === '/latest/api/token') {
    return void outgoing.setHeader('x-aws-ec2-metadata-token-ttl-seconds', '21600').end('instance-token')
  }
  if (headers['x-aws-ec2-metadata-token'] !== 'instance-token') return void outgoing.writeHead(401).end()
  const roles = '/latest/meta-data/iam/security-credentials/'
  if (url === roles) return void outgoing.end('worker')
  if (url === `${roles}worker`) return void outgoing.end(metadata())
  outgoing.writeHead(404).end()
}

// Refuses the first token that it sees on a path, and takes another there.
const firstTokens = new Map<string, string>()

async function api(incoming: IncomingMessage, outgoing: ServerResponse, name = ''): Promise<void> {
  const seen = await text(incoming)
  const { authorization = null } = incoming.headers
  outgoing.setHeader('content-type', 'application/json')
  if (name === 'authorization') return void outgoing.end(JSON.stringify({ authorization }))
  if (authorization === null) return void outgoing.writeHead(401).end()
  const first = firstTokens.get(name) ?? authorization
  firstTokens.set(name, first)
  if (authorization === first) return void outgoing.writeHead(401).end()
  outgoing.end(JSON.stringify({ seen }))
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
}

async function file(outgoing: ServerResponse, folder: string, path: string): Promise<void> {
  try {
    const content = await readFile(join(folder, normalize(`/${path}`)))
    outgoing.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
    // Scripts may evaluate no text, as a careful site has it: the package needs no `unsafe-eval`.
    outgoing.setHeader(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src *",
    )
    outgoing.setHeader('service-worker-allowed', '/')
    outgoing.end(content)
  } catch {
    outgoing.writeHead(404).end()
  }
}
