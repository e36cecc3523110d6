import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERIFICATION_REASONS } from '../../measurements/x509-cert.ts'
import { ProbeError } from '../../probe.ts'
import { CHECK_FAILURES } from '../../measurements/certificate-check.ts'
import { parseCertificateFile } from '../../sources/certificate/parse-certificate-file.ts'
import { parsePkcs12 } from '../../sources/certificate/parse-pkcs12.ts'
import { readOcspStatus } from '../../sources/certificate/ocsp-status.ts'
import { certificateSource } from '../../sources/certificate.ts'
import {
  CertificateWorkshop,
  NO_OPENSSL,
  type MadeCertificate,
} from '../../testing/certificate-workshop.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { recordedDirectory } from '../../testing/recorded-walk.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import file from './file.ts'

const execute = promisify(execFile)
const KEYTOOL = '/usr/bin/keytool'
const NO_KEYTOOL = existsSync(KEYTOOL) ? undefined : 'not on this machine: keytool'

let shop: CertificateWorkshop
let root: MadeCertificate
let leaf: MadeCertificate

beforeAll(async () => {
  if (NO_OPENSSL !== undefined) return
  shop = await CertificateWorkshop.open()
  root = await shop.make({ name: 'root', isAuthority: true, until: 3650 })
  leaf = await shop.make({ name: 'leaf', issuer: root, san: 'DNS:his.example' })
})
afterAll(() => shop?.[Symbol.asyncDispose]())

const SM2 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2']

type FileEntry = Readonly<Record<string, unknown>>

async function open(...files: readonly FileEntry[]) {
  const options = { files, ...(root === undefined ? {} : { caFile: root.certificate }) }
  return certificateSource.open(
    await makeSourceContext({ options, environment: { P: 'changeit', WRONG: 'wrong' } }),
  )
}

async function look(...files: readonly FileEntry[]): Promise<SampledRun> {
  await using opened = await open(...files)
  return await sampleOnce(file, opened.session, { timeMs: Date.now() })
}

const certificatesOf = ({ samples }: SampledRun) =>
  samples
    .filter(({ measurement }) => measurement === 'x509_cert')
    .map(({ tags, fields }) => ({
      position: tags['position'],
      type: tags['type'],
      name: tags['common_name'],
      reason: VERIFICATION_REASONS[fields['verification_reason'] ?? -1],
    }))
const failureOf = ({ samples }: SampledRun) =>
  CHECK_FAILURES[(samples[0]?.fields['error_code'] ?? 0) - 1]

describe.skipIf(NO_OPENSSL !== undefined)('certificate files', () => {
  describeProbe(file, { open: () => open({ path: leaf.certificate }) })

  test('PEM: the leaf, and of the rest what its path needs', async () => {
    const stray = await shop.make({ name: 'stray', isAuthority: true, until: -1, from: -9 })
    const inter = await shop.make({ name: 'inter', issuer: root, isAuthority: true })
    const site = await shop.make({ name: 'site', issuer: inter, san: 'DNS:site.example' })
    const pem = [await readText(site.key), site.pem, inter.pem, stray.pem].join('\n')
    const path = await shop.write('site-chain.pem', pem)
    expect(certificatesOf(await look({ path, name: '官网' }))).toEqual([
      { position: '0', type: 'leaf', name: 'site', reason: 'valid' },
      { position: '0/1', type: 'intermediate', name: 'inter', reason: undefined },
    ])
  })

  test('DER, and a self-signed server certificate that calls itself an authority', async () => {
    await shop.openssl('x509', '-in', leaf.certificate, '-outform', 'DER', '-out', 'leaf.der')
    expect(certificatesOf(await look({ path: shop.path('leaf.der') }))).toEqual([
      { position: '0', type: 'leaf', name: 'leaf', reason: 'valid' },
    ])
    const self = await shop.make({ name: 'self', isAuthority: true })
    expect(certificatesOf(await look({ path: self.certificate }))).toEqual([
      { position: '0', type: 'leaf', name: 'self', reason: 'self_signed' },
    ])
  })

  test('SM2: dates and names are read; whether it is valid OpenSSL can’t tell', async () => {
    const sm2 = await shop.make({
      name: 'sm2',
      issuer: await shop.make({
        name: 'sm2-root',
        isAuthority: true,
        keyArguments: SM2,
        digest: 'sm3',
      }),
      keyArguments: SM2,
      digest: 'sm3',
    })
    const { samples, documents } = await look({ path: sm2.certificate })
    const leafSample = samples.find(({ measurement }) => measurement === 'x509_cert')
    expect(leafSample?.tags).toMatchObject({ common_name: 'sm2', issuer_common_name: 'sm2-root' })
    expect(leafSample?.tags).not.toHaveProperty('verification')
    expect(leafSample?.fields).toMatchObject({ verification_code: undefined, weak_signature: 0 })
    expect(leafSample?.fields['days_left']).toBeCloseTo(90, 1)
    expect(documents[0]?.body).toMatchObject([{ signature: 'SM2-SM3', verification: null }])
  })

  test('authorities alone: each by itself, with nothing asked above it', async () => {
    const old = await shop.make({ name: 'old-root', isAuthority: true, from: -9, until: -1 })
    const path = await shop.write('authorities.pem', root.pem + old.pem)
    expect(certificatesOf(await look({ path }))).toEqual([
      { position: '0', type: 'root', name: 'root', reason: 'valid' },
      { position: '1', type: 'root', name: 'old-root', reason: 'expired' },
    ])
  })

  test('a wildcard takes what matches, in order of the names', async () => {
    await mkdir(shop.path('many'))
    await writeFile(shop.path('many/key.crt'), await readText(leaf.key))
    for (const name of ['b.crt', 'a.crt', 'c.txt'])
      await writeFile(shop.path(`many/${name}`), leaf.pem)
    const { samples } = await look({ path: shop.path('many/*.crt') })
    expect(new Set(samples.map(({ tags }) => tags['source']))).toEqual(
      new Set([shop.path('many/a.crt'), shop.path('many/b.crt')]),
    )
    expect(failureOf(await look({ path: shop.path('many/*.jks') }))).toBe('not_found')
  })

  test('a file that was replaced is read again', async () => {
    const path = await shop.write('renewed.pem', leaf.pem)
    const renewed = await shop.make({ name: 'leaf2', issuer: root })
    await using opened = await open({ path })
    await sampleOnce(file, opened.session, { timeMs: Date.now() })
    await rm(path)
    await writeFile(path, renewed.pem)
    const { events, samples } = await sampleOnce(file, opened.session, { timeMs: Date.now() })
    expect(events).toHaveLength(1)
    expect(samples.at(-1)?.fields['fingerprint_changed']).toBe(1)
  })

  describe('PKCS12', () => {
    test.each([
      ['modern', []],
      [
        'of 3DES and SHA-1',
        ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1'],
      ],
    ] as const)('%s, with an EC key and its chain', async (note, how) => {
      const path = await shop.makePkcs12(`${note}.p12`, leaf, 'changeit', [
        '-certfile',
        root.certificate,
        '-name',
        'tomcat',
        ...how,
      ])
      expect(certificatesOf(await look({ path, password: { env: 'P' } }))).toEqual([
        { position: 'tomcat', type: 'leaf', name: 'leaf', reason: 'valid' },
      ])
      expect(failureOf(await look({ path, password: { env: 'WRONG' } }))).toBe('wrong_password')
      expect(failureOf(await look({ path }))).toBe('wrong_password')
      expect(failureOf(await look({ path, password: { env: 'P' }, alias: 'no' }))).toBe(
        'unparsable',
      )
    })

    test('is not read where it asks for rounds without end', async () => {
      const path = await shop.makePkcs12('dear.p12', leaf, 'changeit', ['-iter', '2500000'])
      expect(failureOf(await look({ path, password: { env: 'P' } }))).toBe('too_large')
      expect(failureOf(await look({ path: shop.path('dea*.p12') }))).toBe('too_large')
    })
  })

  describe('problems with the file', () => {
    test('each is told, and costs the others nothing', async () => {
      const big = await shop.write('big.pem', Buffer.alloc(5 * 1024 * 1024, 0x20))
      const rubbish = await shop.write('rubbish.pem', 'hello')
      const cut = await shop.write('cut.pem', leaf.pem.replace(/\n.{10}/, '\n'))
      await execute('mkfifo', [shop.path('pipe')])
      const { samples } = await look(
        { path: shop.path('none.pem') },
        { path: big },
        { path: rubbish },
        { path: cut },
        { path: shop.path('pipe') },
        { path: shop.directory },
        { path: leaf.certificate, password: { file: shop.path('no-password') } },
        { path: root.certificate },
      )
      const checks = samples.filter(({ measurement }) => measurement === 'certificate_check')
      expect(
        checks.map(({ fields }) => CHECK_FAILURES[(fields['error_code'] ?? 0) - 1] ?? 'none'),
      ).toEqual([
        'not_found',
        'too_large',
        'unsupported',
        'unparsable',
        'unsupported',
        'unsupported',
        'wrong_password',
        'none',
      ])
    })

    test('no permission', async ({ skip }) => {
      skip(process.getuid?.() === 0, 'not on this machine: root may read everything')
      const path = await shop.write('closed.pem', leaf.pem)
      await chmod(path, 0)
      expect(failureOf(await look({ path }))).toBe('not_permitted')
    })
  })
})

describe.skipIf((NO_KEYTOOL ?? NO_OPENSSL) !== undefined)('keystores of Java', () => {
  const keytool = (...args: readonly string[]) => execute(KEYTOOL, args, { cwd: shop.directory })
  const generate = (store: string, type: string, alg = 'RSA') =>
    keytool(
      '-genkeypair',
      '-keystore',
      store,
      '-storetype',
      type,
      '-storepass',
      'changeit',
      '-keypass',
      'changeit',
      '-alias',
      'tomcat',
      '-dname',
      'CN=his',
      '-validity',
      '30',
      '-keyalg',
      alg,
    )

  test('JKS, with and without its password', async () => {
    await generate('a.jks', 'JKS')
    await keytool(
      '-importcert',
      '-noprompt',
      '-keystore',
      'a.jks',
      '-storepass',
      'changeit',
      '-alias',
      'hospital-ca',
      '-file',
      root.certificate,
    )
    const path = shop.path('a.jks')
    const expected = [
      { position: 'tomcat', type: 'leaf', name: 'his', reason: 'self_signed' },
      { position: 'hospital-ca', type: 'root', name: 'root', reason: 'valid' },
    ]
    const byPosition = (run: SampledRun) =>
      certificatesOf(run).sort((a, b) => (b.position ?? '').localeCompare(a.position ?? ''))
    expect(byPosition(await look({ path, password: { env: 'P' } }))).toEqual(expected)
    expect(byPosition(await look({ path }))).toEqual(expected)
    expect(failureOf(await look({ path, password: { env: 'WRONG' } }))).toBe('wrong_password')
    expect(certificatesOf(await look({ path, alias: 'tomcat' }))).toEqual(expected.slice(0, 1))
  })

  test.each(['RSA', 'EC'])('PKCS12 of keytool with an %s key', async (alg) => {
    await generate(`${alg}.p12`, 'PKCS12', alg)
    const looked = await look({ path: shop.path(`${alg}.p12`), password: { env: 'P' } })
    expect(certificatesOf(looked)).toEqual([
      { position: 'tomcat', type: 'leaf', name: 'his', reason: 'self_signed' },
    ])
  })

  test('JCEKS is refused with what to do', async () => {
    await generate('a.jceks', 'JCEKS')
    const told = await look({ path: shop.path('a.jceks'), password: { env: 'P' } })
    expect(failureOf(told)).toBe('unsupported')
    expect(told.remarks[0]?.en).toContain('-deststoretype PKCS12')
  })
})

describe('rubbish', () => {
  const parse = async (bytes: Buffer, password?: string) => {
    try {
      await parseCertificateFile(bytes, { password, alias: undefined, readPkcs12: parsePkcs12 })
    } catch (error) {
      expect(error).toBeInstanceOf(ProbeError)
    }
  }

  test('random bytes behind any beginning', async () => {
    const beginnings = [
      [],
      [0x30, 0x82],
      [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1],
      [0x30, 0x82, 1, 0, 2, 1, 3, 0x30],
      [...Buffer.from('-----BEGIN CERTIFICATE-----\n')],
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 600 }),
        async (beginning, bytes) => parse(Buffer.from([...beginning, ...bytes])),
      ),
      { numRuns: 400 },
    )
  })

  test('OCSP answers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readOcspStatus(Uint8Array.from([0x30, bytes.length & 0x7f, ...bytes]))
      }),
    )
  })

  test.skipIf(NO_OPENSSL !== undefined)('files that are cut, or have a wrong byte', async () => {
    const p12 = await shop.makePkcs12('fuzz.p12', leaf, 'x', ['-iter', '10'])
    await shop.openssl('x509', '-in', leaf.certificate, '-outform', 'DER', '-out', 'fuzz.der')
    const files = [readFileSync(p12), readFileSync(shop.path('fuzz.der')), Buffer.from(leaf.pem)]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(255),
        async (whole, part, byte) => {
          const at = Math.floor(whole.length * part)
          await parse(whole.subarray(0, at), 'x')
          const changed = Buffer.from(whole)
          changed[at] = byte
          await parse(changed, 'x')
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('recorded certificates', () => {
  interface Expected {
    readonly file: string
    readonly index: number
    readonly notAfter_epoch: number
    readonly serial_hex: string
    readonly sigalg: string
    readonly san_count: number
    readonly san_first3?: readonly string[]
    readonly key: readonly [string, number?]
  }

  test('every certificate is read as another tool read it', async (context) => {
    const recorded = recordedDirectory(context, 'x509')
    const expected = JSON.parse(readFileSync(join(recorded, 'expected.json'), 'utf8')) as Expected[]
    const paths = globSync(`${recorded}/badssl/*.pem`)
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths) {
      const { splitPem } = await import('../../sources/pem.ts')
      const { parseCertificate, readFacts } =
        await import('../../sources/certificate/certificate-facts.ts')
      const blocks = splitPem(readFileSync(path))
      for (const [index, block] of blocks.entries()) {
        const one = expected.find(
          (row) => row.index === index && path.endsWith(row.file.replace(/^dev\//, '')),
        )
        const facts = readFacts(parseCertificate(Buffer.from(block)))
        expect(facts.endMs, `${path} ${index}`).toBe((one?.notAfter_epoch ?? 0) * 1000)
        expect(facts.serial.replace(/^0+/, '')).toBe(one?.serial_hex)
        expect(facts.names).toHaveLength(one?.san_count ?? -1)
        expect(facts.names.slice(0, 3)).toEqual(one?.san_first3 ?? [])
        expect(facts.keyBits).toBe(Number(/\d{3,4}/.exec(String(one?.key[1]))?.[0]))
        expect(facts.signature.name).toBe(
          one?.sigalg
            .replace(
              /^(sha\d+)WithRSAEncryption$/,
              (_, hash: string) => `RSA-${hash.toUpperCase()}`,
            )
            .replace(/^ecdsa-with-/, 'ECDSA-'),
        )
      }
    }
  })

  test('a thousand names make a short tag', async (context) => {
    const recorded = recordedDirectory(context, 'x509')
    const { samples } = await look({ path: `${recorded}/badssl/subdomain-1000-sans.pem` })
    const san = samples.find(({ tags }) => tags['type'] === 'leaf')?.tags['san'] ?? ''
    expect(san.startsWith('1000-sans.badssl.com,')).toBe(true)
    expect(san.length).toBeLessThanOrEqual(256)
  })
})

async function readText(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8')
}
