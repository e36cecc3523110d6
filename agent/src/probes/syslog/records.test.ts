import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { accessSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSyslogSource } from '../../testing/open-syslog-source.ts'
import { makeOwnCertificate } from '../../testing/own-certificate.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import records from './records.ts'

describeProbe(records, { open: () => openSyslogSource() })

const WAIT = { timeout: 30_000 }

async function sendDatagram(port: number, message: string | Buffer): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.send(message, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)))
  })
  socket.close()
}

type Opened = Awaited<ReturnType<typeof openSyslogSource>>

/** The events that have come when there are so many. */
async function eventsOf({ session }: Opened, count: number) {
  await expect.poll(() => session.intake.waiting, WAIT).toBe(count)
  return (await sampleOnce(records, session)).events
}

test('a datagram becomes an event of its device, and is counted by the rules that it matches', async () => {
  await using opened = await openSyslogSource()
  const { session } = opened
  await sendDatagram(
    session.ports[0] ?? 0,
    '<187>Nov 22 10:11:12 sw raslogd: [EM-1034], FAN 2 faulted',
  )
  await expect.poll(() => session.intake.waiting, WAIT).toBe(1)
  const { events, samples } = await sampleOnce(records, session)
  expect(events).toMatchObject([
    {
      kind: 'syslog',
      about: { subject: 'fcsw1' },
      body: {
        sender: '127.0.0.1',
        facility: 'local7',
        severity: 'err',
        time: 'Nov 22 10:11:12',
        app: 'raslogd',
        rules: ['error', 'hardware'],
        text: '<187>Nov 22 10:11:12 sw raslogd: [EM-1034], FAN 2 faulted',
      },
    },
  ])
  const matched = samples
    .filter(({ measurement, fields }) => measurement === 'logwatch' && fields['matches_10m'] === 1)
    .map(
      ({ subject, tags, fields }) =>
        `${subject} ${tags['file']} ${tags['rule']} ${fields['alarm']}`,
    )
  expect(matched).toEqual(['fcsw1 syslog error 2', 'fcsw1 syslog hardware 3'])
})

test('takes GB18030 and UTF-8, masks secrets, and cuts what is too long', async () => {
  await using opened = await openSyslogSource()
  const port = opened.session.ports[0] ?? 0
  const gb = Buffer.concat([Buffer.from('<11>'), Buffer.from('d3b2c5ccb9cad5cf', 'hex')])
  await sendDatagram(port, gb)
  await sendDatagram(port, '<14>user=a password=hunter2 登录')
  await sendDatagram(port, `<14>${'x'.repeat(40_000)}`)
  await sendDatagram(port, Buffer.alloc(40_000, 0xff))
  const bodies = (await eventsOf(opened, 4)).map(({ body }) => Object(body))
  expect(bodies.map(({ text }) => String(text).slice(0, 40)).sort()).toEqual([
    '<11>硬盘故障',
    '<14>user=a password=*** 登录',
    `<14>${'x'.repeat(36)}`,
    '\ufffd'.repeat(40),
  ])
  expect(bodies.find(({ bytes }) => bytes !== undefined)?.bytes).toBe(40_004)
  expect(bodies.every((body) => JSON.stringify(body).length < 16_384)).toBe(true)
})

test('an empty datagram is counted as one that can’t be understood', async () => {
  await using opened = await openSyslogSource()
  await sendDatagram(opened.session.ports[0] ?? 0, ' \n')
  await expect.poll(() => opened.session.intake.losses.malformed, WAIT).toBe(1)
})

test('takes lines and counted messages over TCP, and ends a stream that is neither', async () => {
  await using opened = await openSyslogSource({ listen: ['tcp://127.0.0.1:0'] })
  const socket = connect(opened.session.ports[0] ?? 0, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('<13>one\n11 <13>two\n2nd<13>three\n')
  expect((await eventsOf(opened, 3)).map(({ body }) => Object(body).text)).toEqual([
    '<13>one',
    '<13>two 2nd',
    '<13>three',
  ])
  socket.write('123456789012345')
  await expect.poll(() => socket.destroyed || socket.readableEnded, WAIT).toBe(true)
  expect(opened.session.intake.losses.refused).toBe(1)
})

test('one sender has eight connections at most', async () => {
  await using opened = await openSyslogSource({ listen: ['tcp://127.0.0.1:0'] })
  const sockets = Array.from({ length: 9 }, () =>
    connect(opened.session.ports[0] ?? 0, '127.0.0.1')
      .on('error', () => undefined)
      .resume(),
  )
  await expect.poll(() => opened.session.intake.losses.refused, WAIT).toBe(1)
  sockets.forEach((socket) => socket.destroy())
})

test('takes what comes over TLS, and nothing in clear', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-syslog-'))
  try {
    const { cert, key } = makeOwnCertificate('collector')
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    await writeFile(certFile, cert)
    await writeFile(keyFile, key, { mode: 0o600 })
    const listen = ['tls://127.0.0.1:0']
    await using opened = await openSyslogSource({ listen, certFile, keyFile })
    const port = opened.session.ports[0] ?? 0
    const plain = connect(port, '127.0.0.1')
      .on('error', () => undefined)
      .resume()
    plain.write('<13>in clear\n')
    await expect.poll(() => opened.session.intake.losses.refused, WAIT).toBe(1)
    const secure = connectTls({ port, host: '127.0.0.1', ca: cert }).on('error', () => undefined)
    secure.write('9 <13>safely')
    secure.write('10 <13>twice')
    await expect.poll(() => opened.session.intake.waiting, WAIT).toBe(1)
    secure.destroy()
    plain.destroy()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('a port that is taken is told as such', async () => {
  await using opened = await openSyslogSource()
  const listen = [`udp://127.0.0.1:${opened.session.ports[0]}`]
  await expect(openSyslogSource({ listen })).rejects.toMatchObject({
    code: 'UNREADABLE',
    text: { en: expect.stringContaining('another program listens') },
  })
})

test('whatever a packet holds, the receiver goes on', async () => {
  await using opened = await openSyslogSource({ ratePerSecond: 1_000 })
  const port = opened.session.ports[0] ?? 0
  for (let n = 0; n < 300; n++)
    await sendDatagram(port, Buffer.from(Array.from({ length: n }, (_, at) => (at * n * 31) & 255)))
  await sendDatagram(port, '<13>the last')
  const texts = () => opened.session.intake.received
  await expect.poll(texts, WAIT).toBeGreaterThan(100)
})

const LOGGER = '/usr/bin/logger'

test.for([
  { note: 'RFC 3164 over UDP', listen: 'udp', options: ['-d', '--rfc3164'] },
  { note: 'RFC 5424 over UDP', listen: 'udp', options: ['-d', '--rfc5424'] },
  { note: 'RFC 5424 over TCP', listen: 'tcp', options: ['-T', '--rfc5424'] },
  {
    note: 'RFC 5424 over TCP, counted',
    listen: 'tcp',
    options: ['-T', '--rfc5424', '--octet-count'],
  },
])('takes what util-linux sends: $note', async ({ listen, options }, { skip }) => {
  try {
    accessSync(LOGGER)
  } catch {
    return skip('not on this machine: logger')
  }
  await using opened = await openSyslogSource({ listen: [`${listen}://127.0.0.1:0`] })
  const target = ['-n', '127.0.0.1', '-P', String(opened.session.ports[0])]
  await promisify(execFile)(LOGGER, [
    ...target,
    ...options,
    '-p',
    'local7.err',
    '-t',
    'raslogd',
    'fan 2 failed',
  ])
  const [event] = await eventsOf(opened, 1)
  expect(event?.body).toMatchObject({
    facility: 'local7',
    severity: 'err',
    app: 'raslogd',
    rules: ['error', 'hardware'],
  })
})
