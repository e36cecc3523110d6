import { ProbeError } from '../../probe.ts'
import { compareOids, isBelow } from './oid.ts'
import type { Ask } from './read-objects.ts'
import {
  ERROR_STATUS,
  type SnmpAnswer,
  type SnmpRequest,
  type SnmpVarbind,
} from './snmp-request.ts'
import type { SnmpValue } from './snmp-value.ts'
import { toSnmpValue } from './to-snmp-value.ts'
import { toStatusError } from './to-status-error.ts'

/** How much is asked for at once; it shrinks where a device can't carry it. */
export interface WalkPace {
  /** `next` for v1, which knows no GETBULK. */
  readonly kind: 'next' | 'bulk'
  repetitions: number
  /** Most values of one answer: they are to fit into a packet that is not cut in two. */
  varbinds: number
}

export interface WalkBounds {
  readonly maxRows: number
  readonly maxBytes: number
}

type Rows = Map<string, Map<number, SnmpValue>>

/** How far one column was walked. */
interface Cursor {
  readonly column: number
  readonly root: string
  oid: string
  /** Counted also where the device gives nothing under it. */
  steps: number
  done: boolean
}

/**
 * The rows of a table by their index.
 * @param expectedRows as many as it had last time: no more are asked for, and one to see its end
 * @throws ProbeError UNPARSABLE for a walk that does not go forward, FLOOD beyond the bounds, and what `ask` throws
 */
export async function walkTable(
  ask: Ask,
  entry: string,
  columns: readonly number[],
  pace: WalkPace,
  bounds: WalkBounds,
  expectedRows?: number,
): Promise<Rows> {
  const walk = new TableWalk(ask, entry, pace, bounds)
  let rows = expectedRows
  for (let from = 0; from < columns.length;) {
    const repetitions = repetitionsOf(pace, rows)
    const width = Math.max(1, Math.floor(pace.varbinds / repetitions))
    await walk.readColumns(columns.slice(from, from + width), rows)
    from += width
    rows = Math.max(rows ?? 0, walk.rows.size)
  }
  return walk.rows
}

function repetitionsOf(
  { kind, repetitions, varbinds }: WalkPace,
  rows: number | undefined,
): number {
  if (kind === 'next') return 1
  return Math.max(1, Math.min(repetitions, varbinds, (rows ?? Infinity) + 1))
}

class TableWalk {
  readonly rows: Rows = new Map()
  readonly #ask: Ask
  readonly #entry: string
  readonly #pace: WalkPace
  readonly #bounds: WalkBounds
  #bytes = 0

  constructor(ask: Ask, entry: string, pace: WalkPace, bounds: WalkBounds) {
    this.#ask = ask
    this.#entry = entry
    this.#pace = pace
    this.#bounds = bounds
  }

  async readColumns(columns: readonly number[], expectedRows: number | undefined): Promise<void> {
    const cursors = columns.map((column) => {
      const root = `${this.#entry}.${column}`
      return { column, root, oid: root, steps: 0, done: false }
    })
    let left = expectedRows
    for (let open: Cursor[] = cursors; open.length > 0; open = open.filter(({ done }) => !done)) {
      const repetitions = repetitionsOf(this.#pace, left)
      await this.#step(this.#fitting(open, repetitions), repetitions)
      if (left !== undefined) left = left > repetitions ? left - repetitions : undefined
    }
  }

  /** As many columns as fit: fewer than there are where a device said that it was too much. */
  #fitting(open: readonly Cursor[], repetitions: number): readonly Cursor[] {
    return open.slice(0, Math.max(1, Math.floor(this.#pace.varbinds / repetitions)))
  }

  async #step(cursors: readonly Cursor[], repetitions: number): Promise<void> {
    const { kind } = this.#pace
    const oids = cursors.map(({ oid }) => oid)
    const request: SnmpRequest = kind === 'bulk' ? { kind, oids, repetitions } : { kind, oids }
    const answer = await this.#ask(request)
    if (answer.errorStatus === ERROR_STATUS.none) return this.#take(cursors, answer)
    if (answer.errorStatus === ERROR_STATUS.tooBig && shrink(this.#pace, request)) return
    const ended = cursors[answer.errorIndex - 1] // v1 says so at the end of all it has
    if (answer.errorStatus !== ERROR_STATUS.noSuchName || ended === undefined)
      throw toStatusError(answer, request)
    ended.done = true
  }

  #take(cursors: readonly Cursor[], { varbinds }: SnmpAnswer): void {
    for (const [at, varbind] of varbinds.entries()) {
      const cursor = cursors[at % cursors.length]
      if (cursor !== undefined && !cursor.done) this.#advance(cursor, varbind)
    }
  }

  #advance(cursor: Cursor, varbind: SnmpVarbind): void {
    const { oid } = varbind
    if (varbind.type >= NO_SUCH_OBJECT || !isBelow(cursor.root, oid)) {
      cursor.done = true
      return
    }
    if (compareOids(oid, cursor.oid) <= 0) throw notIncreasing(cursor.oid, oid)
    cursor.oid = oid
    if (++cursor.steps > this.#bounds.maxRows) throw flood(this.#entry, this.#bounds)
    this.#put(cursor, oid, toSnmpValue(varbind))
  }

  #put({ column, root }: Cursor, oid: string, value: SnmpValue | undefined): void {
    if (value === undefined) return
    const index = oid.slice(root.length + 1)
    const row = this.rows.get(index) ?? new Map<number, SnmpValue>()
    this.rows.set(index, row.set(column, value))
    this.#bytes += index.length + (typeof value === 'object' ? value.length : 8)
    const { maxRows, maxBytes } = this.#bounds
    if (this.rows.size > maxRows || this.#bytes > maxBytes) throw flood(this.#entry, this.#bounds)
  }
}

/** Types from here on say that there is nothing: noSuchObject, noSuchInstance, endOfMibView. */
const NO_SUCH_OBJECT = 128

/** Asks for half as much from now on; false where it was one value already. */
export function shrink(pace: WalkPace, { oids, repetitions = 1 }: SnmpRequest): boolean {
  const asked = oids.length * repetitions
  if (asked <= 1) return false
  pace.varbinds = Math.max(1, Math.floor(asked / 2))
  pace.repetitions = Math.max(1, Math.min(pace.repetitions, pace.varbinds))
  return true
}

function notIncreasing(before: string, oid: string): ProbeError {
  return new ProbeError('UNPARSABLE', {
    zh: `设备的遍历不递增：${before} 之后返回 ${oid}（设备 SNMP 代理的缺陷，请升级固件）`,
    en: `the walk does not go forward: ${oid} follows ${before} (a fault of the device's SNMP agent: see for newer firmware)`,
  })
}

function flood(entry: string, { maxRows, maxBytes }: WalkBounds): ProbeError {
  return new ProbeError('FLOOD', {
    zh: `表 ${entry} 超过 ${maxRows} 行或 ${maxBytes} 字节`,
    en: `table ${entry} has more than ${maxRows} rows or ${maxBytes} bytes`,
  })
}
