import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import forge from 'node-forge'

/** A certificate that signs itself, for 127.0.0.1, with its key: what a BMC leaves the factory with. */
export interface OwnCertificate {
  readonly cert: string
  readonly key: string
  /** SHA-256, as browsers show it: with colons. */
  readonly fingerprint: string
}

export function makeOwnCertificate(name = 'bmc'): OwnCertificate {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const certificate = forge.pki.createCertificate()
  const own = forge.pki.privateKeyFromPem(key)
  certificate.publicKey = forge.pki.setRsaPublicKey(own.n, own.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2020-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2049-01-01T00:00:00Z')
  const attributes = [{ name: 'commonName', value: name }]
  certificate.setSubject(attributes)
  certificate.setIssuer(attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ])
  certificate.sign(own, forge.md.sha256.create())
  const cert = forge.pki.certificateToPem(certificate)
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 }
}
