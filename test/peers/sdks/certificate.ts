// TLS on loopback, for what speaks nothing else.

import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generate } from 'selfsigned'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

let certificate: Promise<Certificate> | undefined

/** The certificate of loopback, which this process trusts from now on. */
export function trustedCertificate(): Promise<Certificate> {
  certificate ??= makeCertificate()
  return certificate
}

async function makeCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'loopback' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  setDefaultCACertificates([...getCACertificates('default'), cert])
  return { key, cert }
}
