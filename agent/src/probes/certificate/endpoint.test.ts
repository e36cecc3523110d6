import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHECK_FAILURES } from '../../measurements/certificate-check.ts'
import { certificateSource } from '../../sources/certificate.ts'
import { SourceMemory } from '../../source-memory.ts'
import { VERIFICATION_REASONS } from '../../measurements/x509-cert.ts'
import {
  CertificateWorkshop,
  NO_OPENSSL,
  rsa,
  type MadeCertificate,
} from '../../testing/certificate-workshop.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import endpoint from './endpoint.ts'

describe.skipIf(NO_OPENSSL !== undefined)('endpoints', () => {
  let shop: CertificateWorkshop
  let root: MadeCertificate
  let intermediate: MadeCertificate
  let leaf: MadeCertificate
  const closing: (() => void)[] = []

  beforeAll(async () => {
    shop = await CertificateWorkshop.open()
    root = await shop.make({ name: 'root', isAuthority: true, until: 3650 })
    intermediate = await shop.make({ name: 'inter', issuer: root, isAuthority: true, until: 400 })
    leaf = await shop.make({
      name: 'leaf',
      issuer: intermediate,
      san: 'DNS:his.example,IP:127.0.0.1',
    })
  })
  afterAll(async () => {
    for (const close of closing) close()
    await shop?.[Symbol.asyncDispose]()
  })

  async function listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
    })
    closing.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  async function serve(
    head: MadeCertificate,
    others: readonly MadeCertificate[] = [],
    more: TlsOptions = {},
  ) {
    const { readFile } = await import('node:fs/promises')
    const server = createTlsServer({
      cert: [head, ...others].map(({ pem }) => pem).join('\n'),
      key: await readFile(head.key),
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ...more,
    })
    server.on('tlsClientError', () => undefined)
    return listen(server)
  }

  async function open(options: Readonly<Record<string, unknown>>, memory?: SourceMemory) {
    return certificateSource.open(
      await makeSourceContext({
        name: 'certificate',
        options: { caFile: root.certificate, timeout: '20s', ...options },
        ...(memory === undefined ? {} : { memory }),
      }),
    )
  }

  async function look(
    entry: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>> = {},
  ) {
    await using opened = await open({ ...options, endpoints: [entry] })
    return await sampleOnce(endpoint, opened.session, { timeMs: Date.now() })
  }

  const leafOf = (run: SampledRun) =>
    run.samples.find(
      ({ measurement, tags }) => measurement === 'x509_cert' && tags['type'] === 'leaf',
    )
  const reasonOf = (run: SampledRun) =>
    VERIFICATION_REASONS[leafOf(run)?.fields['verification_reason'] ?? -1]
  const checkOf = (run: SampledRun) =>
    run.samples.find(({ measurement }) => measurement === 'certificate_check')
  const failureOf = (run: SampledRun) =>
    CHECK_FAILURES[(checkOf(run)?.fields['error_code'] ?? 0) - 1]

  describe('contract', () => {
    let port: number
    beforeEach(async () => (port = await serve(leaf, [intermediate])))
    describeProbe(endpoint, { open: () => open({ endpoints: [{ address: `127.0.0.1:${port}` }] }) })
  })

  test('gives leaf and intermediate of a good chain, with Telegraf’s fields', async () => {
    const port = await serve(leaf, [intermediate])
    const run = await look({
      address: `127.0.0.1:${port}`,
      serverName: 'his.example',
      name: '挂号',
    })
    const found = leafOf(run)
    expect(found?.tags).toEqual({
      source: `tcp://127.0.0.1:${port}/his.example`,
      type: 'leaf',
      position: '0',
      issuer_common_name: 'inter',
      common_name: 'leaf',
      san: 'his.example,127.0.0.1',
      verification: 'valid',
      name: '挂号',
    })
    expect(found?.fields).toMatchObject({
      verification_code: 0,
      verification_reason: 0,
      public_key_length: 256,
      hostname_ok: 1,
      self_signed: 0,
      chain_complete: 1,
      weak_key: 0,
      weak_signature: 0,
      fingerprint_changed: 0,
      revoked: undefined,
    })
    expect(found?.fields['days_left']).toBeCloseTo(90, 1)
    expect(found?.fields['lifetime_days']).toBeCloseTo(100, 1)
    expect(found?.fields['expiry']).toBeCloseTo(90 * 86_400, -3)
    expect(found?.fields['age']).toBeCloseTo(10 * 86_400, -3)
    expect(found?.fields['chain_min_days_left']).toBeCloseTo(400, 1)
    expect(run.samples.find(({ tags }) => tags['type'] === 'intermediate')).toMatchObject({
      tags: { position: '0/1', common_name: 'inter' },
    })
    expect(checkOf(run)?.fields).toMatchObject({ up: 1, error_code: 0 })
    expect(run.documents[0]?.body).toMatchObject([
      { signature: 'ECDSA-SHA256', key: 'ec prime256v1' },
      {},
    ])
  })

  describe('tells what is wrong', () => {
    test.each<{ note: string; order: Parameters<CertificateWorkshop['make']>[0]; reason: string }>([
      {
        note: 'expired',
        order: { name: 'old', from: -30, until: -1, san: 'IP:127.0.0.1' },
        reason: 'expired',
      },
      {
        note: 'not yet valid',
        order: { name: 'early', from: 2, until: 30, san: 'IP:127.0.0.1' },
        reason: 'not_yet_valid',
      },
      {
        note: 'a wrong name',
        order: { name: 'other', san: 'DNS:other.example' },
        reason: 'wrong_name',
      },
    ])('$note', async ({ order, reason }) => {
      const made = await shop.make({ ...order, issuer: intermediate })
      const run = await look({ address: `127.0.0.1:${await serve(made, [intermediate])}` })
      expect(reasonOf(run)).toBe(reason)
      expect(leafOf(run)?.fields['verification_code']).toBe(1)
      expect(leafOf(run)?.tags['verification']).toBe('invalid')
    })

    test('self-signed', async () => {
      const made = await shop.make({ name: 'self', san: 'IP:127.0.0.1' })
      const run = await look({ address: `127.0.0.1:${await serve(made)}` })
      expect(reasonOf(run)).toBe('self_signed')
      expect(leafOf(run)?.fields['self_signed']).toBe(1)
    })

    test('a root that is not trusted', async () => {
      const foreign = await shop.make({ name: 'foreign', isAuthority: true })
      const made = await shop.make({ name: 'under-foreign', issuer: foreign, san: 'IP:127.0.0.1' })
      const run = await look({ address: `127.0.0.1:${await serve(made, [foreign])}` })
      expect(reasonOf(run)).toBe('unknown_issuer')
    })

    test('a missing intermediate', async () => {
      const run = await look({ address: `127.0.0.1:${await serve(leaf)}` })
      expect(reasonOf(run)).toBe('issuer_missing')
      expect(leafOf(run)?.fields).toMatchObject({
        chain_complete: 0,
        hostname_ok: 1,
        chain_min_days_left: undefined,
      })
    })

    test('an expired intermediate', async () => {
      const old = await shop.make({
        name: 'old-inter',
        issuer: root,
        isAuthority: true,
        from: -50,
        until: -2,
      })
      const made = await shop.make({ name: 'under-old', issuer: old, san: 'IP:127.0.0.1' })
      const run = await look({ address: `127.0.0.1:${await serve(made, [old])}` })
      expect(reasonOf(run)).toBe('chain_expired')
      expect(leafOf(run)?.fields['chain_min_days_left']).toBeCloseTo(-2, 1)
    })
  })

  describe('an expired certificate that the path does not need is no alarm', () => {
    test('an authority cross-signed by a root that has expired', async () => {
      const oldRoot = await shop.make({
        name: 'old-root',
        isAuthority: true,
        from: -900,
        until: -30,
      })
      const cross = await shop.make({
        name: 'cross',
        commonName: 'root',
        keyOf: root,
        issuer: oldRoot,
        isAuthority: true,
        from: -900,
        until: -20,
      })
      const run = await look({
        address: `127.0.0.1:${await serve(leaf, [intermediate, cross, oldRoot])}`,
      })
      expect(reasonOf(run)).toBe('valid')
      expect(leafOf(run)?.fields['chain_min_days_left']).toBeCloseTo(400, 1)
      const told = run.samples.flatMap(({ tags }) => tags['common_name'] ?? [])
      expect(told).toEqual(['leaf', 'inter'])
    })

    test('an intermediate that was sent in an expired and a renewed version', async () => {
      const old = await shop.make({
        name: 'inter-old',
        commonName: 'inter',
        keyOf: intermediate,
        issuer: root,
        isAuthority: true,
        from: -800,
        until: -3,
      })
      const run = await look({ address: `127.0.0.1:${await serve(leaf, [old, intermediate])}` })
      expect(reasonOf(run)).toBe('valid')
      expect(leafOf(run)?.fields['chain_min_days_left'] ?? 400).toBeGreaterThan(300)
      const ends = run.samples.map(({ fields }) => fields['days_left'] ?? 1)
      expect(Math.min(...ends)).toBeGreaterThan(0)
    })
  })

  describe('keys and signatures', () => {
    test.each<{
      note: string
      order: Partial<Parameters<CertificateWorkshop['make']>[0]>
      fields: object
    }>([
      {
        note: 'rsa1024',
        order: { keyArguments: rsa(1024) },
        fields: { weak_key: 1, public_key_length: 1024, weak_signature: 0 },
      },
      {
        note: 'rsa2048',
        order: { keyArguments: rsa(2048) },
        fields: { weak_key: 0, public_key_length: 2048 },
      },
      { note: 'sha1', order: { digest: 'sha1' }, fields: { weak_signature: 1, weak_key: 0 } },
      {
        note: 'ed25519',
        order: { keyArguments: ['-algorithm', 'ED25519'] },
        fields: { weak_key: 0, public_key_length: 256, weak_signature: 0 },
      },
      {
        note: 'secp384r1',
        order: { keyArguments: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp384r1'] },
        fields: { weak_key: 0, public_key_length: 384 },
      },
    ])('$note', async ({ note, order, fields }) => {
      const made = await shop.make({
        name: note,
        issuer: intermediate,
        san: 'IP:127.0.0.1',
        ...order,
      })
      const run = await look({ address: `127.0.0.1:${await serve(made, [intermediate])}` })
      expect(leafOf(run)?.fields).toMatchObject(fields)
    })
  })

  test('tells a certificate that was replaced for seven days, over a restart too', async () => {
    const renewed = await shop.make({ name: 'renewed', issuer: intermediate, san: 'IP:127.0.0.1' })
    const { readFile } = await import('node:fs/promises')
    const server = createTlsServer({ cert: leaf.pem, key: await readFile(leaf.key) })
    const port = await listen(server)
    const options = { endpoints: [{ address: `127.0.0.1:${port}` }] }
    const directory = shop.path('state')
    const sample = async (timeMs: number) => {
      await using opened = await open(options, await SourceMemory.open(directory, 'certificate'))
      return await sampleOnce(endpoint, opened.session, { timeMs })
    }
    const now = Date.now()
    expect((await sample(now)).events).toEqual([])
    server.setSecureContext({ cert: renewed.pem, key: await readFile(renewed.key) })
    const changed = await sample(now + 1000)
    expect(leafOf(changed)?.fields['fingerprint_changed']).toBe(1)
    expect(changed.events).toMatchObject([
      { kind: 'certificate_changed', body: { subject: 'CN=renewed' } },
    ])
    const later = await sample(now + 6 * 86_400_000)
    expect(later.events).toEqual([])
    expect(leafOf(later)?.fields['fingerprint_changed']).toBe(1)
    expect(leafOf(await sample(now + 8 * 86_400_000))?.fields['fingerprint_changed']).toBe(0)
  })

  test.each([
    ['revoked', 'R\t270101000000Z\t261101000000Z', 1, 'revoked'],
    ['good', 'V\t270101000000Z\t', 0, 'valid'],
  ])('a stapled OCSP answer that says %s', async (note, entry, revoked, reason) => {
    const made = await shop.make({
      name: `ocsp-${note}`,
      issuer: intermediate,
      san: 'IP:127.0.0.1',
    })
    const { X509Certificate } = await import('node:crypto')
    const { readFile } = await import('node:fs/promises')
    const { serialNumber } = new X509Certificate(made.pem)
    await shop.write('ocsp.txt', `${entry}\t${serialNumber}\tunknown\t/CN=${made.name}\n`)
    await shop.openssl(
      ...'ocsp -index ocsp.txt -respout ocsp.der -ndays 1'.split(' '),
      ...`-CA ${intermediate.certificate} -rsigner ${intermediate.certificate} -rkey ${intermediate.key}`.split(
        ' ',
      ),
      ...`-issuer ${intermediate.certificate} -cert ${made.certificate}`.split(' '),
    )
    const stapled = await readFile(shop.path('ocsp.der'))
    const server = createTlsServer({
      cert: made.pem + intermediate.pem,
      key: await readFile(made.key),
    })
    server.on('OCSPRequest', (_, __, answer: (error: Error | null, response: Buffer) => void) =>
      answer(null, stapled),
    )
    const run = await look({ address: `127.0.0.1:${await listen(server)}` })
    expect(leafOf(run)?.fields['revoked']).toBe(revoked)
    expect(reasonOf(run)).toBe(reason)
  })

  describe('ports that show no certificate', () => {
    test('a handshake that hangs does not cost the other endpoint', async () => {
      const hanging = await listen(createServer())
      const good = await serve(leaf, [intermediate])
      await using opened = await open({
        timeout: '1s',
        endpoints: [{ address: `127.0.0.1:${hanging}` }, { address: `127.0.0.1:${good}` }],
      })
      const run = await sampleOnce(endpoint, opened.session, { timeMs: Date.now() })
      expect(failureOf(run)).toBe('timeout')
      expect(run.remarks[0]?.en).toContain('no handshake within 1000 ms')
      // on a machine that is very busy a second may not be enough for the good one either
      if (leafOf(run) !== undefined) expect(reasonOf(run)).toBe('valid')
    })

    test.each<{ note: string; answer: (socket: Socket) => void; failure: string }>([
      {
        note: 'plain text',
        answer: (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
        failure: 'no_tls',
      },
      { note: 'a closed connection', answer: (socket) => void socket.end(), failure: 'handshake' },
      {
        note: 'rubbish',
        answer: (socket) => void socket.write(Buffer.alloc(100, 0x5a)),
        failure: 'no_tls',
      },
    ])('$note', async ({ answer, failure }) => {
      const port = await listen(
        createServer((socket) => void socket.once('data', () => answer(socket))),
      )
      expect(failureOf(await look({ address: `127.0.0.1:${port}` }))).toBe(failure)
    })

    test('nobody listens', async () => {
      const server = createServer()
      const port = await listen(server)
      server.close()
      await once(server, 'close')
      expect(failureOf(await look({ address: `127.0.0.1:${port}` }))).toBe('unreachable')
    })

    test('a server that speaks no cipher of ours points at the ledger', async () => {
      const port = await serve(leaf, [], { ciphers: 'PSK', maxVersion: 'TLSv1.2' })
      const run = await look({ address: `127.0.0.1:${port}` })
      expect(failureOf(run)).toBe('handshake')
      expect(run.remarks[0]?.zh).toContain('ledger')
    })
  })

  describe('STARTTLS of SMTP', () => {
    async function smtp(offers: string): Promise<number> {
      const { readFile } = await import('node:fs/promises')
      const key = await readFile(leaf.key)
      const cert = `${leaf.pem}\n${intermediate.pem}`
      const greet = (socket: Socket) => {
        socket.write('220-hospital mail\r\n220 ready\r\n')
        socket.on('data', (bytes) => {
          const line = bytes.toString()
          if (line.startsWith('EHLO'))
            socket.write(`250-hello\r\n250-SIZE 1000\r\n250 ${offers}\r\n`)
          if (!line.startsWith('STARTTLS')) return
          socket.removeAllListeners('data')
          socket.write('220 go ahead\r\n')
          new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => undefined)
        })
      }
      return listen(createServer(greet))
    }

    test('looks behind it', async () => {
      const run = await look({ address: `127.0.0.1:${await smtp('STARTTLS')}`, starttls: 'smtp' })
      expect(reasonOf(run)).toBe('valid')
      expect(leafOf(run)?.tags['source']).toMatch(/^smtp:\/\/127\.0\.0\.1:/)
    })

    test('says where it is not offered', async () => {
      const run = await look({ address: `127.0.0.1:${await smtp('8BITMIME')}`, starttls: 'smtp' })
      expect(failureOf(run)).toBe('no_starttls')
    })
  })
})
