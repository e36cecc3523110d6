import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { OpenedSnmp } from '../../testing/open-snmp-source.ts'
import { PDU_TAGS } from '../../testing/snmp-ber.ts'
import { UdpDevice } from '../../testing/udp-device.ts'
import { isPlausible } from './packet-check.ts'
import { textOf } from './snmp-value.ts'

const SYS_NAME = '1.3.6.1.2.1.1.5.0'
/** WARDROUND_SNMP_PACKETS=1000000 for the long run. */
const PACKETS = Number(process.env['WARDROUND_SNMP_PACKETS'] ?? 4_000)
const PACKETS_PER_QUESTION = 100

/** The process must not see them: an exception out of a socket's listener would have ended it. */
const escaped: unknown[] = []
const note = (error: unknown) => escaped.push(error)
process.on('uncaughtException', note)
afterAll(() => void process.off('uncaughtException', note))

/** A good answer with some of its bytes changed, cut, doubled or replaced; or bytes alone. */
const damage = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.nat(400),
    to: fc.constantFrom(0, 1, 2, 5, 6, 0x30, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xa2, 0xa8, 0xff),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(400),
    bytes: fc.uint8Array({ maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
)

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function spoil(packet: Buffer, how: Damage): Buffer {
  if (how.kind === 'bytes') return Buffer.from(how.bytes)
  const at = how.at % packet.length
  if (how.kind === 'cut') return packet.subarray(0, at)
  if (how.kind === 'insert')
    return Buffer.concat([packet.subarray(0, at), how.bytes, packet.subarray(at)])
  const changed = Buffer.from(packet)
  changed[at] = how.to
  return changed
}

test.each(['v2c', 'v3'])(
  'no packet that a device of %s sends ends the process or a question that is answered after it',
  { timeout: Math.max(60_000, PACKETS) },
  async (version) => {
    await using device = await UdpDevice.start(`${SYS_NAME}|4|sw1`)
    await using opened = await OpenedSnmp.open({
      connect: device.address,
      timeout: '100ms',
      retries: 0,
      ...(version === 'v3'
        ? { version, user: 'somebody', authKey: 'authentication-key', privKey: 'encryption-key' }
        : { version, community: 'public' }),
    })
    const { signal } = new AbortController()
    const questions = Math.ceil(PACKETS / PACKETS_PER_QUESTION)
    const samples = fc.sample(
      fc.array(damage, { minLength: PACKETS_PER_QUESTION, maxLength: PACKETS_PER_QUESTION }),
      questions,
    )
    for (const spoiled of samples) {
      device.answeringBytes = (packet, honest) => {
        const good = honest() ?? asReport(packet)
        return [...spoiled.map((how) => spoil(good, how)), good]
      }
      opened.resume()
      const found = await opened.session.get([SYS_NAME], signal).catch((error: unknown) => error)
      // whatever came, it is a value of the device, none, or an error that says so
      if (found instanceof Map) {
        const text = textOf(found.get(SYS_NAME))
        expect(text === undefined || text.length <= 256).toBe(true)
      } else expect(found).toMatchObject({ name: 'ProbeError' })
    }
    expect(escaped).toEqual([])
  },
)

test('the outside of a packet is looked at without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(0, 1, 3), (bytes, version) => {
      expect(typeof isPlausible(bytes, { version, security: 3 })).toBe('boolean')
    }),
  )
})

test('an answer of v3 without the security that was asked for is none, a report is', () => {
  const plain = v3Packet(0, PDU_TAGS.response)
  const report = v3Packet(0, PDU_TAGS.report)
  expect(isPlausible(plain, { version: 3, security: 0 })).toBe(true)
  expect(isPlausible(plain, { version: 3, security: 1 })).toBe(false)
  expect(isPlausible(plain, { version: 3, security: 3 })).toBe(false)
  expect(isPlausible(report, { version: 3, security: 3 })).toBe(true)
  expect(isPlausible(v3Packet(1, PDU_TAGS.response), { version: 3, security: 3 })).toBe(false)
  expect(isPlausible(v3Packet(3, PDU_TAGS.response), { version: 3, security: 3 })).toBe(true)
})

/** The question itself, said to be a report: what a device of v3 may send without a signature. */
function asReport(question: Buffer): Buffer {
  const report = Buffer.from(question)
  report[report.indexOf(PDU_TAGS.get)] = PDU_TAGS.report
  return report
}

function v3Packet(flags: number, pdu: number): Buffer {
  const header = [2, 1, 7, 2, 2, 0x7f, 0xff, 4, 1, flags, 2, 1, 3]
  const scoped = [4, 0, 4, 0, pdu, 0]
  const body = [
    2,
    1,
    3,
    0x30,
    header.length,
    ...header,
    4,
    2,
    0x30,
    0,
    0x30,
    scoped.length,
    ...scoped,
  ]
  return Buffer.from([0x30, body.length, ...body])
}
