import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { accessSync } from 'node:fs'
import { promisify } from 'node:util'
import fc from 'fast-check'
import netSnmp from 'net-snmp'
import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openTrapsSource, TRAP_KEYS } from '../../testing/open-traps-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import records from './records.ts'

describeProbe(records, { open: () => openTrapsSource() })

const WAIT = { timeout: 30_000 }
const SNMPTRAP = '/usr/bin/snmptrap'
const run = promisify(execFile)

const SW_EVENT = '1.3.6.1.4.1.1588.2.1.1.1.0.4'
const SW_EVENT_ENTRY = '1.3.6.1.4.1.1588.2.1.1.1.8.5.1'

type Opened = Awaited<ReturnType<typeof openTrapsSource>>

const hasSnmptrap = () => {
  try {
    accessSync(SNMPTRAP)
    return true
  } catch {
    return false
  }
}

async function sendWith(
  port: number,
  options: readonly string[],
  rest: readonly string[],
): Promise<void> {
  await run(SNMPTRAP, ['-t', '1', '-r', '0', ...options, `127.0.0.1:${port}`, ...rest])
}

const V3 = (user: string, auth: string, priv: string) =>
  `-v 3 -l authPriv -u ${user} -e 0x8000000001020304 -a SHA-256 -A ${auth} -x AES -X ${priv}`.split(
    ' ',
  )
const UNSIGNED = '-v 3 -l noAuthNoPriv -u wardround -e 0x8000000001020304'.split(' ')

const EVENT = [
  '',
  SW_EVENT,
  `${SW_EVENT_ENTRY}.3.7`,
  'i',
  '1',
  `${SW_EVENT_ENTRY}.5.7`,
  's',
  '[FW-1424] power supply 2 failed',
]

async function sendRaw(port: number, packets: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const packet of packets)
    await new Promise<void>((resolve) => {
      socket.send(packet, port, '127.0.0.1', () => resolve())
    })
  socket.close()
}

async function firstEvent({ session }: Opened) {
  await expect.poll(() => session.intake.waiting, WAIT).toBe(1)
  return sampleOnce(records, session)
}

/** What net-snmp itself sends, where Debian's program is not needed. */
async function sendPackage(port: number, community: string): Promise<void> {
  const session = netSnmp.createSession('127.0.0.1', community, {
    trapPort: port,
    version: netSnmp.Version2c,
  })
  const varbinds = [
    { oid: `${SW_EVENT_ENTRY}.3.7`, type: netSnmp.ObjectType.Integer, value: 1 },
    {
      oid: `${SW_EVENT_ENTRY}.5.7`,
      type: netSnmp.ObjectType.OctetString,
      value: '[FW-1424] 电源 2 故障',
    },
  ]
  await new Promise<void>((resolve) => {
    session.trap(SW_EVENT, varbinds, () => resolve())
  })
  session.close()
}

test('a trap of a switch becomes an event of it, and is counted by name and by what is wrong', async () => {
  await using opened = await openTrapsSource()
  await sendPackage(opened.session.ports[0] ?? 0, 'fabric')
  const { events, samples } = await firstEvent(opened)
  expect(events).toMatchObject([
    {
      kind: 'trap',
      about: { subject: 'fcsw1' },
      body: {
        sender: '127.0.0.1',
        trap: 'swEventTrap',
        oid: SW_EVENT,
        rules: ['swEventTrap', 'event_critical'],
        text: 'swEventTrap: swEventLevel=1, swEventDescr=[FW-1424] 电源 2 故障',
      },
    },
  ])
  const alarm = samples.find(
    ({ subject, tags }) =>
      subject === 'fcsw1' && tags['file'] === 'trap' && tags['rule'] === 'event_critical',
  )
  expect(alarm?.fields).toEqual({ matches_total: 1, matches_10m: 1, alarm: 3 })
})

test('another community is refused and counted', async () => {
  await using opened = await openTrapsSource()
  await sendPackage(opened.session.ports[0] ?? 0, 'public')
  await expect.poll(() => opened.session.intake.losses.refused, WAIT).toBe(1)
  expect(opened.session.intake.waiting).toBe(0)
})

test('a v3 trap with our user’s keys is taken, signed and encrypted', async ({ skip }) => {
  if (!hasSnmptrap()) return skip('not on this machine: snmptrap')
  await using opened = await openTrapsSource()
  const port = opened.session.ports[0] ?? 0
  await sendWith(port, V3('wardround', TRAP_KEYS.auth, TRAP_KEYS.priv), EVENT)
  const { events } = await firstEvent(opened)
  expect(events[0]?.body).toMatchObject({
    trap: 'swEventTrap',
    rules: ['swEventTrap', 'event_critical'],
  })
})

test.for([
  { note: 'a wrong key', options: V3('wardround', 'anotherkey1', TRAP_KEYS.priv) },
  { note: 'an unknown user', options: V3('nobody', TRAP_KEYS.auth, TRAP_KEYS.priv) },
  { note: 'our user without a signature', options: UNSIGNED },
])('a v3 trap with $note is refused', async ({ options }, { skip }) => {
  if (!hasSnmptrap()) return skip('not on this machine: snmptrap')
  await using opened = await openTrapsSource()
  const { session } = opened
  await sendWith(session.ports[0] ?? 0, options, EVENT)
  await expect
    .poll(() => session.intake.losses.refused + session.intake.losses.malformed, WAIT)
    .toBe(1)
  expect(session.intake.received).toBe(0)
})

/** BER of one element. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

test('a v3 trap of nobody at all is refused, though its form is right', async () => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex')
  const [number, octets] = [
    (hex: string) => element(2, bytes(hex)),
    (hex: string) => element(4, bytes(hex)),
  ]
  const engine = octets('8000000001020304')
  const trapOid = element(
    0x30,
    element(6, bytes('2b060106030101040100')),
    element(6, bytes('2b0601060301010501')),
  )
  const packet = element(
    0x30,
    number('03'),
    element(0x30, number('01'), number('00ffe3'), octets('00'), number('03')),
    element(
      4,
      element(0x30, engine, number('00'), number('00'), octets(''), octets(''), octets('')),
    ),
    element(
      0x30,
      engine,
      octets(''),
      element(0xa7, number('01'), number('00'), number('00'), element(0x30, trapOid)),
    ),
  )
  await using opened = await openTrapsSource()
  await sendRaw(opened.session.ports[0] ?? 0, [packet])
  await expect.poll(() => opened.session.intake.losses.refused, WAIT).toBe(1)
  expect(opened.session.intake.received).toBe(0)
})

test('an inform is acknowledged', async ({ skip }) => {
  if (!hasSnmptrap()) return skip('not on this machine: snmptrap')
  await using opened = await openTrapsSource()
  const options = ['-v', '2c', '-c', 'fabric', '-C', 'i', '-t', '20']
  await run(SNMPTRAP, [...options, `127.0.0.1:${opened.session.ports[0]}`, ...EVENT])
  expect((await firstEvent(opened)).events).toHaveLength(1)
})

test.for([
  {
    note: 'generic',
    trap: ['1.3.6.1.4.1.1588.2.1.1.1', '10.0.0.9', '2', '0', ''],
    name: 'linkDown',
  },
  {
    note: 'of its maker',
    trap: ['1.3.6.1.4.1.1588.2.1.1.1', '10.0.0.9', '6', '3', ''],
    name: 'swFCPortScn',
  },
])('a v1 trap is known by its v2 name: $note', async ({ trap, name }, { skip }) => {
  if (!hasSnmptrap()) return skip('not on this machine: snmptrap')
  await using opened = await openTrapsSource()
  await sendWith(opened.session.ports[0] ?? 0, ['-v', '1', '-c', 'fabric'], trap)
  expect((await firstEvent(opened)).events[0]?.body).toMatchObject({ trap: name })
})

test('whatever a packet holds, the receiver goes on', async () => {
  await using opened = await openTrapsSource({ ratePerSecond: 1_000 })
  const port = opened.session.ports[0] ?? 0
  const begin = fc.constantFrom(
    '',
    '30',
    '3082',
    '30820101',
    '3003020103',
    '302902010104',
    '3081ff020103300e',
  )
  const packets = fc.sample(
    fc
      .tuple(begin, fc.uint8Array({ maxLength: 300 }))
      .map(([front, rest]) => Buffer.concat([Buffer.from(front, 'hex'), rest])),
    500,
  )
  await sendRaw(port, packets)
  await sendPackage(port, 'fabric')
  await expect.poll(() => opened.session.intake.received, WAIT).toBe(1)
  expect(opened.session.intake.losses.malformed).toBeGreaterThan(100)
})

test('a trap that was bent on its way is refused or taken, and ends nothing', async () => {
  await using opened = await openTrapsSource({ ratePerSecond: 1_000 })
  const whole = await capturedTrap()
  const bent = fc.sample(
    fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((edits) => {
        const packet = Buffer.from(whole)
        for (const [at, byte] of edits) packet[at] = byte
        return packet
      }),
    400,
  )
  await sendRaw(opened.session.ports[0] ?? 0, bent)
  const { intake } = opened.session
  const seen = () => intake.received + intake.losses.malformed + intake.losses.refused
  await expect.poll(seen, WAIT).toBeGreaterThan(200)
})

/** The bytes of a trap as they go over the wire. */
async function capturedTrap(): Promise<Buffer> {
  const socket = createSocket('udp4')
  const received = new Promise<Buffer>((resolve) => {
    socket.once('message', resolve)
  })
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve())
  })
  await sendPackage(socket.address().port, 'fabric')
  const packet = await received
  socket.close()
  return packet
}
