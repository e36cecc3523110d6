import type { Keeping } from '../kept-file.ts'
import type { SnmpDevice, SnmpPing, SnmpPoll, SnmpRow } from '../sources/snmp/snmp-session.ts'
import type { SnmpSettings } from '../sources/snmp/snmp-settings.ts'
import { integerOf, textOf, type SnmpValue } from '../sources/snmp/snmp-value.ts'

const SYSTEM = '1.3.6.1.2.1.1'

/**
 * A stand-in for a device: answers out of a walk (`OID|type|value` lines, as snmprec files have them: 2 integer, 4 octets, 4x octets in hex, 5 null,
 * 6 OID, 64 IpAddress, 65 Counter32, 66 Gauge32, 67 TimeTicks, 68 Opaque, 70 Counter64), without a network.
 */
export class RecordedDevice implements SnmpPoll, AsyncDisposable {
  readonly subject: string
  readonly keeping: Keeping
  readonly counts = { requests: 0, varbinds: 0, timeouts: 0 }
  /** As the site set it; a test may set other ones. */
  settings: SnmpSettings = { processes: [] }
  readonly #values: Map<string, SnmpValue>

  /** @param directory where it keeps what outlives a restart; none unless given */
  constructor(walk: string, subject = 'device1', directory?: string) {
    this.subject = subject
    this.keeping = { memory: { directory, name: subject }, keepsPlaces: true }
    this.#values = parseWalk(walk)
  }

  /** The session of itself, as describeProbe() wants it. */
  get session(): SnmpPoll {
    return this
  }

  /** Changes what it answers; undefined takes an object away. */
  set(oid: string, value: SnmpValue | undefined): void {
    if (value === undefined) this.#values.delete(oid)
    else this.#values.set(oid, value)
  }

  device(): Promise<SnmpDevice> {
    return Promise.resolve({
      objectId: String(this.#values.get(`${SYSTEM}.2.0`) ?? ''),
      description: textOf(this.#values.get(`${SYSTEM}.1.0`)) ?? '',
      name: textOf(this.#values.get(`${SYSTEM}.5.0`)) ?? '',
    })
  }

  ping(): Promise<SnmpPing> {
    const upTimeTicks = integerOf(this.#values.get(`${SYSTEM}.3.0`))
    return Promise.resolve({ failure: undefined, responseMs: 1.5, upTimeTicks })
  }

  upTimeTicks(): Promise<number> {
    return Promise.resolve(integerOf(this.#values.get(`${SYSTEM}.3.0`)) ?? 0)
  }

  get(oids: readonly string[]): Promise<ReadonlyMap<string, SnmpValue>> {
    const found = oids.flatMap((oid) => {
      const value = this.#values.get(oid)
      return value === undefined ? [] : [[oid, value] as const]
    })
    return Promise.resolve(new Map(found))
  }

  table(entry: string, columns: readonly number[]): Promise<ReadonlyMap<string, SnmpRow>> {
    const rows = new Map<string, Map<number, SnmpValue>>()
    const wanted = new Set(columns)
    for (const [oid, value] of this.#values) {
      if (!oid.startsWith(`${entry}.`)) continue
      const [column = '', ...index] = oid.slice(entry.length + 1).split('.')
      if (!wanted.has(Number(column)) || index.length === 0) continue
      const key = index.join('.')
      const row = rows.get(key) ?? new Map<number, SnmpValue>()
      rows.set(key, row.set(Number(column), value))
    }
    return Promise.resolve(rows)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** @throws Error at a line that is no `OID|type|value` */
export function parseWalk(walk: string): Map<string, SnmpValue> {
  const values = new Map<string, SnmpValue>()
  for (const [at, line] of walk.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [oid, type, ...rest] = line.replace(/\r$/, '').split('|')
    if (oid === undefined || type === undefined || rest.length === 0)
      throw new Error(`line ${at + 1} of the walk is no OID|type|value: ${line}`)
    const value = toValue(type, rest.join('|'))
    if (value !== undefined) values.set(oid.replace(/^\./, ''), value)
  }
  return values
}

function toValue(type: string, text: string): SnmpValue | undefined {
  switch (type) {
    case '2':
    case '65':
    case '66':
    case '67':
      return Number(text)
    case '70':
      return BigInt(text)
    case '6':
    case '64':
      return text.replace(/^\./, '')
    case '4':
    case '68':
      return Buffer.from(text)
    case '4x':
    case '68x':
      return Buffer.from(text.replace(/^0x/, ''), 'hex')
    case '64x':
      return [...Buffer.from(text.replace(/^0x/, ''), 'hex')].join('.')
    default:
      return undefined
  }
}
