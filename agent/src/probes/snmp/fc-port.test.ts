import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import fcPort from './fc-port.ts'

const SW = '1.3.6.1.4.1.1588.2.1.1.1'
const UNIT = '16.0.0.5.51.170.187.204.0.0.0.0.0.0.0.0'
const STATISTIC = '1.3.6.1.3.94.4.5.1'
const UP_TIME = '1.3.6.1.2.1.1.3.0'

const bytes = (value: number | bigint) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex')

/** A switch, polled every minute. */
class Polled {
  readonly device: RecordedDevice
  #memory: unknown
  #runs = 0

  constructor(walk = brocadeWalk(), directory?: string) {
    this.device = new RecordedDevice(walk, 'san-a', directory)
  }

  /** Sets a column of connUnitPortStatTable of port 0. */
  count(column: number, value: number | bigint): void {
    this.device.set(`${STATISTIC}.${column}.${UNIT}.1`, bytes(value))
  }

  setPort(column: number, value: number | undefined, index = 1): void {
    this.device.set(`${SW}.6.2.1.${column}.${index}`, value)
  }

  async poll(upSeconds = 86_400 + this.#runs * 60) {
    this.device.set(UP_TIME, upSeconds * 100)
    const monotonicMs = this.#runs++ * 60_000
    const run = await sampleOnce(fcPort, this.device, { memory: this.#memory, monotonicMs })
    this.#memory = run.memory
    const ports = run.samples.filter(({ measurement }) => measurement === 'fc_port')
    const fields = Object.fromEntries(ports.map(({ tags, fields: of }) => [tags['port'], of]))
    return { ...run, ports, fields, first: fields['0'] ?? {} }
  }
}

describeProbe(fcPort, { open: () => Promise.resolve(new RecordedDevice(brocadeWalk())) })

test('gives states, counters and what a port is called', async () => {
  const { ports, samples } = await new Polled().poll()
  expect(ports[0]).toEqual({
    measurement: 'fc_port',
    tags: {
      device: 'san-a',
      port: '0',
      name: 'port0',
      wwn: '20:00:00:05:33:aa:bb:cc',
      slot_port: '0',
    },
    fields: {
      phy_state: 6,
      oper_state: 1,
      link_state: 1,
      left_online: 0,
      tx_bytes_total: 2_000_000,
      rx_bytes_total: 1_800_000,
      bb_credit_zero_total: 40_000,
      c3_discards_total: 0,
      c3_tx_timeouts_total: 0,
      crc_errors_total: 0,
      invalid_words_total: 0,
      encoding_in_errors_total: 0,
      encoding_out_errors_total: 4,
      crc_errors_10m: undefined,
      encoding_errors_10m: undefined,
      invalid_words_10m: undefined,
      c3_discards_per_second: undefined,
      tx_timeouts_per_second: undefined,
      bb_credit_zero_percent: undefined,
      counters_reset: 0,
    },
  })
  expect(samples.at(-1)).toEqual({
    measurement: 'fc_switch',
    tags: { device: 'san-a' },
    fields: { ports: 4, ports_online: 2 },
  })
})

test('a port that is offline and counted nothing has its states only', async () => {
  const polled = new Polled()
  for (const column of [6, 7, 8]) polled.count(column, 0)
  polled.setPort(26, 0)
  expect(Object.keys((await polled.poll()).first)).toContain('tx_bytes_total')
  polled.setPort(4, 2)
  const left = Object.keys((await polled.poll()).first)
  expect(left).toEqual(['phy_state', 'oper_state', 'link_state', 'left_online'])
})

describe('growth', () => {
  test('comes as what rules need: of 10 minutes, a second, a share of time', async () => {
    const polled = new Polled()
    await polled.poll()
    polled.count(40, 7)
    polled.count(28, 90)
    polled.count(8, 40_000 + 12_000_000)
    polled.setPort(26, 9)
    polled.device.set(`${SW}.27.1.27.${UNIT}.1`, bytes(6))
    expect((await polled.poll()).first).toMatchObject({
      crc_errors_10m: 7,
      encoding_errors_10m: 5,
      invalid_words_10m: 0,
      c3_discards_per_second: 1.5,
      tx_timeouts_per_second: 0.1,
      bb_credit_zero_percent: 50,
    })
    expect((await polled.poll()).first).toMatchObject({
      crc_errors_10m: 7,
      c3_discards_per_second: 0,
      bb_credit_zero_percent: 0,
    })
  })

  test('is none where a port’s counters were cleared, and one interval is left out', async () => {
    const polled = new Polled()
    polled.count(40, 500)
    await polled.poll()
    for (const column of [6, 7, 8, 40]) polled.count(column, 0)
    const cleared = (await polled.poll()).first
    expect(cleared).toMatchObject({
      tx_bytes_total: undefined,
      crc_errors_total: undefined,
      bb_credit_zero_percent: undefined,
      counters_reset: 1,
    })
    polled.count(40, 2)
    expect((await polled.poll()).first).toMatchObject({
      tx_bytes_total: 0,
      crc_errors_total: 2,
      crc_errors_10m: 2,
      counters_reset: 1,
    })
    expect((await polled.poll()).first).toMatchObject({ crc_errors_10m: 2, counters_reset: 0 })
  })

  test('is none over a restart of the switch', async () => {
    const polled = new Polled()
    polled.count(40, 500)
    await polled.poll()
    polled.count(40, 3)
    expect((await polled.poll(30)).first).toMatchObject({
      crc_errors_total: 3,
      crc_errors_10m: undefined,
      counters_reset: 1,
    })
  })

  test('never comes from a single garbled reading', async () => {
    const polled = new Polled()
    await polled.poll()
    polled.count(6, 2n ** 62n)
    polled.count(40, 0xff_ff_ff_ff)
    expect((await polled.poll()).first).toMatchObject({
      tx_bytes_total: undefined,
      crc_errors_total: undefined,
      crc_errors_10m: undefined,
    })
    polled.count(6, 2_500_000)
    polled.count(40, 1)
    expect((await polled.poll()).first).toMatchObject({
      tx_bytes_total: 2_500_000,
      crc_errors_10m: 1,
    })
  })

  test('of 32 bits goes on over a wrap', async () => {
    const polled = new Polled()
    polled.setPort(26, 2 ** 32 - 3)
    await polled.poll()
    polled.setPort(26, 4)
    expect((await polled.poll()).first).toMatchObject({
      encoding_out_errors_total: 4,
      encoding_errors_10m: 7,
      counters_reset: 0,
    })
  })
})

describe('a port that left', () => {
  test('is told, one never used is not', async () => {
    const polled = new Polled()
    await polled.poll()
    polled.setPort(4, 2)
    const { fields } = await polled.poll()
    expect(fields['0']).toMatchObject({ left_online: 1 })
    expect(fields['1']).toMatchObject({ left_online: 0 })
    expect(fields['2']?.['left_online']).toBeUndefined()
  })

  test('is told after a restart of the agent too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fc-port-'))
    try {
      await new Polled(undefined, directory).poll()
      const polled = new Polled(undefined, directory)
      polled.setPort(4, 2)
      expect((await polled.poll()).first).toMatchObject({ left_online: 1 })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('is told of a port that the site says is in use, and not of a retired one', async () => {
    const polled = new Polled()
    polled.device.settings = {
      ...polled.device.settings,
      portsInUse: new Set(['2']),
      portsRetired: new Set(['0', '3']),
    }
    await polled.poll()
    polled.setPort(4, 2)
    const { fields } = await polled.poll()
    expect(fields['0']).toMatchObject({ left_online: 0 })
    expect(fields['2']).toMatchObject({ left_online: 1 })
    expect(fields['3']?.['left_online']).toBeUndefined()
  })

  test('is not told where its row was left out once', async () => {
    const polled = new Polled()
    await polled.poll()
    polled.setPort(4, undefined)
    expect((await polled.poll()).first['left_online']).toBeUndefined()
  })
})

describe('what a switch leaves out or gives otherwise', () => {
  test('a row without 64 bits is missing, and not read from 32', async () => {
    const polled = new Polled()
    polled.setPort(22, 12_345)
    await polled.poll()
    polled.device.set(`${STATISTIC}.40.${UNIT}.1`, undefined)
    expect((await polled.poll()).first['crc_errors_total']).toBeUndefined()
  })

  test('8000000000000000 is missing', async () => {
    const polled = new Polled()
    polled.count(41, 0x80_00_00_00_00_00_00_00n)
    expect((await polled.poll()).first['invalid_words_total']).toBeUndefined()
  })

  test('a state that is not in the MIB is unknown', async () => {
    const polled = new Polled()
    polled.setPort(3, 12)
    polled.setPort(4, 99)
    polled.setPort(6, -1)
    expect((await polled.poll()).first).toMatchObject({
      phy_state: 255,
      oper_state: 0,
      link_state: 0,
    })
  })

  test('names that are left out once are kept', async () => {
    const polled = new Polled()
    await polled.poll()
    polled.device.set(`${SW}.6.2.1.36.1`, undefined)
    for (let run = 0; run < 6; run++) await polled.poll()
    const { ports } = await polled.poll()
    expect(ports[1]?.tags).toMatchObject({ name: 'port1' })
    expect(ports).toHaveLength(4)
  })

  test('another device has no data, nor a switch without ports', async () => {
    const walk = '1.3.6.1.2.1.1.2.0|6|'
    for (const id of ['1.3.6.1.4.1.9.12.3.1.3.1491', '1.3.6.1.4.1.1588.2.1.1.1'])
      await expect(sampleOnce(fcPort, new RecordedDevice(walk + id))).rejects.toThrow(NoDataError)
  })
})

test('never takes a port for online that is not, whatever comes', async () => {
  const value = fc.oneof(
    fc.integer(),
    fc.uint8Array({ maxLength: 12 }),
    fc.string(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  const column = fc.constantFrom(3, 4, 6, 21, 26, 36)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(column, value), { maxLength: 8 }), async (given) => {
      const polled = new Polled()
      for (const [at, any] of given) polled.device.set(`${SW}.6.2.1.${at}.1`, any)
      const { first } = await polled.poll()
      const oper = new Map(given).get(4)
      if (first['oper_state'] === 1 && oper !== undefined) expect(Number(oper)).toBe(1)
      for (const field of Object.values(first))
        if (field !== undefined) expect(field).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 50 },
  )
})

interface RecordedPort {
  readonly [field: string]: number | string | undefined
}

test('decodes a recorded switch with FOS 7.0.2c to the value', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const recorded: unknown = JSON.parse(
    readRecorded(context, 'snmp-fc/brocade_fos702c_48p.expected.json'),
  )
  const { ports: expected } = recorded as { ports: Record<string, RecordedPort> }
  const { ports, samples } = await new Polled(walk).poll()
  expect(ports).toHaveLength(48)
  expect(samples.at(-1)?.fields).toEqual({ ports: 48, ports_online: 32 })
  for (const [at, port] of Object.values(expected).entries()) {
    const counted = (field: string) => ports[at]?.fields[field] ?? 0
    expect(ports[at]?.tags).toMatchObject({
      port: String(port['physical_number']),
      name: port['name'],
      wwn: port['wwn'],
    })
    expect(ports[at]?.fields).toMatchObject({
      phy_state: port['phy'],
      oper_state: port['op'],
      link_state: port['link'],
    })
    expect({
      tx_octets64: counted('tx_bytes_total'),
      rx_octets64: counted('rx_bytes_total'),
      enc_in: counted('encoding_in_errors_total'),
      enc_out: counted('encoding_out_errors_total'),
      crc: counted('crc_errors_total'),
      c3_discards: counted('c3_discards_total'),
    }).toEqual({
      tx_octets64: port['tx_octets64'],
      rx_octets64: port['rx_octets64'],
      enc_in: port['enc_in'],
      enc_out: port['enc_out'],
      crc: port['crc'],
      c3_discards: port['c3_discards'],
    })
  }
})

test('reads 40 recorded ports that have 32 bits only', async (context) => {
  const name = 'snmp-fc/checkmk_brocade_fcport_40port_8G.rows.tsv'
  const rows = readRecorded(context, name)
    .trim()
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split('\t'))
  const columns = [0, 3, 4, 5, 11, 12, 13, 14, 20, 22, 21, 26, 28]
  const lines = rows.flatMap((row) =>
    columns.flatMap((column, at) =>
      column === 0 ? [] : `${SW}.6.2.1.${column}.${row[0]}|2|${row[at]}`,
    ),
  )
  const polled = new Polled(['1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.71', ...lines].join('\n'))
  const { ports, samples, remarks } = await polled.poll()
  expect(ports).toHaveLength(40)
  expect(samples.at(-1)?.fields).toEqual({ ports: 40, ports_online: 26 })
  // words of 8G go round in half a minute
  expect(ports.every(({ fields: { tx_bytes_total } }) => tx_bytes_total === undefined)).toBe(true)
  expect(remarks).toHaveLength(1)
  const most = Math.max(...ports.map(({ fields }) => fields['encoding_out_errors_total'] ?? 0))
  expect(most).toBe(42_906)
  expect(ports.find(({ tags }) => tags['port'] === '36')?.fields).toMatchObject({
    c3_discards_total: 15,
  })
})
