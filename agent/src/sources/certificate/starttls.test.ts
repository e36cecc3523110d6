import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import endpoint from '../../probes/certificate/endpoint.ts'
import {
  CertificateWorkshop,
  NO_OPENSSL,
  type MadeCertificate,
} from '../../testing/certificate-workshop.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { findPostgresql, PostgresqlServer } from '../../testing/postgresql-server.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { certificateSource } from '../certificate.ts'
import { CHECK_FAILURES } from '../../measurements/certificate-check.ts'

let shop: CertificateWorkshop
let root: MadeCertificate
let leaf: MadeCertificate

beforeAll(async () => {
  if (NO_OPENSSL !== undefined) return
  shop = await CertificateWorkshop.open()
  root = await shop.make({ name: 'root', isAuthority: true })
  leaf = await shop.make({ name: 'db', issuer: root, san: 'DNS:db.example' })
})
afterAll(() => shop?.[Symbol.asyncDispose]())

async function open(port: number, starttls: string) {
  const endpoints = [{ address: `127.0.0.1:${port}`, serverName: 'db.example', starttls }]
  const options = { endpoints, caFile: root.certificate, timeout: '30s' }
  return certificateSource.open(await makeSourceContext({ options }))
}

const leafOf = ({ samples }: SampledRun) =>
  samples.find(({ tags }) => tags['type'] === 'leaf')?.fields
const failureOf = ({ samples }: SampledRun) =>
  CHECK_FAILURES[(samples[0]?.fields['error_code'] ?? 0) - 1]

describe.skipIf(NO_OPENSSL !== undefined || findPostgresql() === undefined)('PostgreSQL', () => {
  test('shows its certificate when ssl is on, and says so when it is off', async () => {
    await using server = await PostgresqlServer.start()
    await using opened = await open(server.port, 'postgresql')
    const off = await sampleOnce(endpoint, opened.session, { timeMs: Date.now() })
    expect(failureOf(off)).toBe('no_starttls')
    expect(off.remarks[0]?.en).toContain('ssl = off')

    const certificate = await server.writeFile('server.crt', leaf.pem)
    const key = await server.writeFile('server.key', await readFile(leaf.key, 'utf8'))
    await server.sql([
      `alter system set ssl_cert_file = '${certificate}'`,
      `alter system set ssl_key_file = '${key}'`,
      'alter system set ssl = on',
      'select pg_reload_conf()',
    ])
    await expect
      .poll(async () => leafOf(await sampleOnce(endpoint, opened.session, { timeMs: Date.now() })))
      .toMatchObject({ verification_code: 0, hostname_ok: 1 })
  })
})

describe.skipIf(NO_OPENSSL !== undefined || NO_MARIADB !== undefined)('MariaDB', () => {
  test('shows its certificate, and is asked once a day', async () => {
    const server = await MariadbServer.start([
      `--ssl-cert=${leaf.certificate}`,
      `--ssl-key=${leaf.key}`,
    ])
    await using opened = await open(server.port, 'mysql')
    const HOUR_MS = 3_600_000
    const sample = (monotonicMs: number) =>
      sampleOnce(endpoint, opened.session, { timeMs: Date.now() + monotonicMs, monotonicMs })
    try {
      expect(leafOf(await sample(0))).toMatchObject({ verification_code: 0, hostname_ok: 1 })
    } finally {
      await server[Symbol.asyncDispose]()
    }
    const hourLater = leafOf(await sample(HOUR_MS))
    expect(hourLater?.['days_left']).toBeCloseTo(90 - 1 / 24, 2)
    expect(failureOf(await sample(24 * HOUR_MS))).toBe('unreachable')
  })

  test('says where it has no TLS', async () => {
    await using server = await MariadbServer.start(['--skip-ssl'])
    await using opened = await open(server.port, 'mysql')
    const run = await sampleOnce(endpoint, opened.session, { timeMs: Date.now() })
    expect(failureOf(run)).toBe('no_starttls')
  })
})
