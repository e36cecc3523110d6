import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Secret } from '@wardround/program/running'
import { sendAtOnce } from '../../testing/send-at-once.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { loadOracledb } from './load-oracledb.ts'
import { OracleDriver } from './oracle-driver.ts'
import { toOracleTarget } from './oracle-target.ts'

const OPENSSL = '/usr/bin/openssl'
let directory: string

beforeEach(({ skip }) => skip(!existsSync(OPENSSL), 'not installed: openssl'))

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oracle-tls-'))
  if (!existsSync(OPENSSL)) return
  for (const name of ['localhost', 'elsewhere.example']) await makeWallet(name)
})

afterAll(() => rm(directory, { recursive: true, force: true }))

/** A self-signed certificate, and a wallet that trusts it and has it as client certificate. */
async function makeWallet(name: string): Promise<void> {
  const wallet = join(directory, name)
  await mkdir(wallet)
  const [key, certificate] = [join(wallet, 'key.pem'), join(wallet, 'certificate.pem')]
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name}`
  execFileSync(OPENSSL, [...request.split(' '), '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  const pem = (await readFile(key, 'utf8')) + (await readFile(certificate, 'utf8'))
  await writeFile(join(wallet, 'ewallet.pem'), pem)
}

/** Logs on to a TLS server that says nothing once there is a line, and gives why there is no session. */
async function failAt(certificateOf: string, walletOf?: string): Promise<ConnectError> {
  const wallet = join(directory, certificateOf)
  const sockets = new Set<TLSSocket>()
  const server = createServer({
    key: await readFile(join(wallet, 'key.pem')),
    cert: await readFile(join(wallet, 'certificate.pem')),
  })
  server.on('secureConnection', (socket) => sockets.add(socket.on('error', () => undefined)))
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = server.address() as AddressInfo
  const options = {
    instance: 'hcdb1',
    user: 'u',
    connect: `tcps://localhost:${port}/HCDB`,
    connectTimeout: '2s',
    walletDirectory: walletOf === undefined ? undefined : join(directory, walletOf),
  }
  const target = toOracleTarget(options, 'wardround test')
  const driver = new OracleDriver({ target, load: () => loadOracledb() })
  const error: unknown = await driver
    .connect(new Secret('x'), new AbortController().signal, sendAtOnce)
    .catch((thrown: unknown) => thrown)
  for (const socket of sockets) socket.destroy()
  server.close()
  if (error instanceof ConnectError) return error
  throw new Error(`expected a ConnectError, not ${String(error)}`)
}

describe('TLS with the real node-oracledb', () => {
  test('a certificate that nobody vouches for is refused, and what to do is told', async () => {
    const error = await failAt('localhost')
    expect(error.failure).toBe('tls')
    expect(error.text.en).toMatch(/self.signed certificate/)
    expect(error.text.en).toContain('NODE_EXTRA_CA_CERTS')
  })

  test('one that the wallet vouches for is taken: the line stands, only nothing is said on it', async () => {
    expect((await failAt('localhost', 'localhost')).failure).toBe('timeout')
  })

  test('one for another host is refused', async () => {
    const error = await failAt('elsewhere.example', 'elsewhere.example')
    expect(error.failure).toBe('tls')
    expect(error.text.en).toContain('not present in certificate')
  })

  test('a wallet that is not there is told by its name', async () => {
    const error = await failAt('localhost', 'no-wallet')
    expect(error.failure).toBe('tls')
    expect(error.text.zh).toContain('no-wallet/ewallet.pem')
  })
})
