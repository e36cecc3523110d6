import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const OPENSSL = '/usr/bin/openssl'

/** Why no certificates can be made; undefined where they can. */
export const NO_OPENSSL: string | undefined = existsSync(OPENSSL)
  ? undefined
  : 'not on this machine: openssl'

/** A certificate that was made, with its key. */
export interface MadeCertificate {
  readonly name: string
  readonly pem: string
  /** Files. */
  readonly certificate: string
  readonly key: string
}

export interface CertificateOrder {
  readonly name: string
  /** Who signs it; itself where that is not given. */
  readonly issuer?: MadeCertificate
  /** Whose key it has, for a cross-signed one; one of its own where that is not given. */
  readonly keyOf?: MadeCertificate
  readonly commonName?: string
  /** As openssl writes them: `DNS:his.example`. */
  readonly san?: string
  readonly isAuthority?: boolean
  /** Days from now. */
  readonly from?: number
  readonly until?: number
  readonly digest?: string
  /** Arguments of `openssl genpkey`. */
  readonly keyArguments?: readonly string[]
}

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
export const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]

const DAY_MS = 86_400_000

/** Makes certificates with the program openssl in a temporary directory, as each test wants them. */
export class CertificateWorkshop implements AsyncDisposable {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async open(): Promise<CertificateWorkshop> {
    const workshop = new CertificateWorkshop(await mkdtemp(join(tmpdir(), 'certificates-')))
    await writeFile(workshop.path('ca.conf'), workshop.#configuration())
    return workshop
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  async openssl(...args: readonly string[]): Promise<void> {
    await run(OPENSSL, args, { cwd: this.directory })
  }

  /** A keystore of the certificate and its key; gives its path. @param how more arguments of `openssl pkcs12 -export` */
  async makePkcs12(
    name: string,
    { certificate, key }: MadeCertificate,
    password: string,
    how: readonly string[] = [],
  ): Promise<string> {
    const given = ['-in', certificate, '-inkey', key, '-passout', `pass:${password}`]
    await this.openssl('pkcs12', '-export', ...given, '-out', this.path(name), ...how)
    return this.path(name)
  }

  /** Writes a file and gives its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.path(name), content)
    return this.path(name)
  }

  async make(order: CertificateOrder): Promise<MadeCertificate> {
    const { name, issuer, keyOf, keyArguments = EC, digest = 'sha256' } = order
    const key = keyOf?.key ?? this.path(`${name}.key`)
    const certificate = this.path(`${name}.crt`)
    if (keyOf === undefined) await this.openssl('genpkey', ...keyArguments, '-out', key)
    const subject = `/CN=${order.commonName ?? name}`
    await this.openssl('req', '-new', '-key', key, '-subj', subject, '-out', `${name}.csr`)
    await writeFile(this.path('index.txt'), '')
    await writeFile(this.path(`${name}.ext`), extensionsOf(order))
    const signer =
      issuer === undefined
        ? ['-selfsign', '-keyfile', key]
        : ['-cert', issuer.certificate, '-keyfile', issuer.key]
    const dates = ['-startdate', dateOf(order.from ?? -10), '-enddate', dateOf(order.until ?? 90)]
    const files = ['-in', `${name}.csr`, '-out', certificate, '-extfile', `${name}.ext`]
    const how = ['-batch', '-notext', '-config', 'ca.conf', '-md', digest]
    await this.openssl('ca', ...how, ...files, ...dates, ...signer)
    return { name, pem: await readFile(certificate, 'utf8'), certificate, key }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }

  #configuration(): string {
    return `[ca]
default_ca = here
[here]
database = ${this.path('index.txt')}
new_certs_dir = ${this.directory}
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
`
  }
}

function extensionsOf({ san, isAuthority = false }: CertificateOrder): string {
  return [
    `basicConstraints = critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
    ...(isAuthority ? ['keyUsage = keyCertSign, cRLSign'] : []),
    ...(san === undefined ? [] : [`subjectAltName = ${san}`]),
    'subjectKeyIdentifier = hash',
    '',
  ].join('\n')
}

/** `20261122154801Z`. */
function dateOf(days: number): string {
  const iso = new Date(Date.now() + days * DAY_MS).toISOString()
  return `${iso.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
}
