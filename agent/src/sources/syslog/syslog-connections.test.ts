import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'

import { makeOwnCertificate } from '../../testing/own-certificate.ts'
import { parseListenAddress } from '../receiver/listen-address.ts'
import { SyslogConnections } from './syslog-connections.ts'

/** One that gives a handshake an hour. */
async function listenTls(): Promise<SyslogConnections> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-syslog-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const { cert, key } = makeOwnCertificate('collector')
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  await writeFile(certFile, cert)
  await writeFile(keyFile, key, { mode: 0o600 })
  const address = parseListenAddress('tls://127.0.0.1:0')
  if (address === undefined) throw new Error('no address')
  const listener = { onMessage: () => undefined, onRefused: () => undefined }
  const files = { certFile, keyFile, clientCaFile: undefined }
  return SyslogConnections.listen(address, files, listener, 3_600_000)
}

test('closing ends a connection that never said a word of its TLS handshake', async () => {
  const connections = await listenTls()
  const ended = new Promise<void>((resolve) => {
    const socket = connect(connections.port, '127.0.0.1')
    socket.on('error', () => undefined).once('close', () => resolve())
    onTestFinished(() => void socket.destroy())
  })
  await expect.poll(() => connections.size, { timeout: 30_000 }).toBe(1)
  await connections[Symbol.asyncDispose]()
  await ended
  await expect.poll(() => connections.size, { timeout: 30_000 }).toBe(0)
}, 60_000)

test('a connection that a device ended is forgotten', async () => {
  await using connections = await listenTls()
  const socket = connectTls({
    port: connections.port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
  }).on('error', () => undefined)
  await new Promise<void>((resolve) => {
    socket.once('secureConnect', () => resolve())
  })
  await expect.poll(() => connections.size, { timeout: 30_000 }).toBe(1)
  socket.destroy()
  await expect.poll(() => connections.size, { timeout: 30_000 }).toBe(0)
}, 60_000)
