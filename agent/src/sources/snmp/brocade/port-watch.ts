import { CounterBook, type CounterReading } from '../counter-book.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { TABLES } from './brocade-oids.ts'
import { readCounter, type PortCounter, type PortRows } from './port-counters.ts'
import { byPort } from './port-index.ts'
import { readPortFacts, type PortFacts } from './read-port-facts.ts'

const FACTS_EVERY_MS = 290_000

/** All counters of one port in one run. */
export interface PortReading<Field extends string> {
  readonly values: Readonly<Partial<Record<Field, number | undefined>>>
  readonly readings: Readonly<Partial<Record<Field, CounterReading>>>
  readonly isReset: boolean
  /** It has counted nothing: a port that was never used, or not since its counters were cleared. */
  readonly isBlank: boolean
}

/** Ports of one switch from run to run: their counters, and what seldom changes of them. */
export class PortWatch<Field extends string> {
  readonly book: CounterBook
  readonly #counters: readonly PortCounter<Field>[]
  #facts: ReadonlyMap<number, PortFacts> = new Map()
  #factsAtMs = -Infinity
  #has64 = false

  constructor(counters: readonly PortCounter<Field>[]) {
    this.#counters = counters
    this.book = new CounterBook(counters.length)
  }

  /** Whether counters of 64 bits were ever given. */
  get has64(): boolean {
    return this.#has64
  }

  factsOf(port: number): PortFacts | undefined {
    return this.#facts.get(port)
  }

  /** Growth of a counter that is `recalled`, within the book's window. */
  recent(port: number, field: Field): number | undefined {
    const at = this.#counters.findIndex((counter) => counter.field === field)
    return this.book.recent(port, at)
  }

  /** Reads names and speeds anew where that was long ago, or a port is new. */
  async refresh(
    session: SnmpSession,
    signal: AbortSignal,
    monotonicMs: number,
    ports: Iterable<number>,
  ): Promise<void> {
    const isNew = [...ports].some((port) => !this.#facts.has(port))
    if (!isNew && monotonicMs - this.#factsAtMs < FACTS_EVERY_MS) return
    const facts = await readPortFacts(session, signal)
    // what is left out once is still so
    this.#facts = new Map([...this.#facts, ...facts])
    this.#factsAtMs = monotonicMs
  }

  /** @param columns of swFCPortTable beside those of counters */
  async readRows(
    session: SnmpSession,
    signal: AbortSignal,
    columns: readonly number[],
  ): Promise<Map<number, PortRows>> {
    const wanted = (kind: 'statistic' | 'more' | 'port') =>
      this.#counters.flatMap((counter) => counter[kind] ?? [])
    const wide = byPort(await session.table(TABLES.statistics, wanted('statistic'), signal))
    this.#has64 ||= wide.size > 0
    const more =
      this.#has64 && wanted('more').length > 0
        ? byPort(await session.table(TABLES.moreStatistics, wanted('more'), signal))
        : new Map<number, SnmpRow>()
    const narrow = [...columns, ...this.#narrowColumns()]
    const ports = byPort(await session.table(TABLES.ports, narrow, signal))
    return new Map(
      [...new Set([...ports.keys(), ...wide.keys()])].map((port) => [
        port,
        { port: ports.get(port), statistics: wide.get(port), more: more.get(port) },
      ]),
    )
  }

  /** begin() of the book comes first. */
  readCounters(port: number, rows: PortRows): PortReading<Field> {
    const values: Partial<Record<Field, number | undefined>> = {}
    const readings: Partial<Record<Field, CounterReading>> = {}
    const { speedBytes } = this.#facts.get(port) ?? {}
    for (const [at, counter] of this.#counters.entries()) {
      const raw = readCounter(counter, rows, this.#has64, speedBytes)
      const reading = this.book.read(port, at, raw.value, raw.shape)
      readings[counter.field] = reading
      values[counter.field] = reading.value === undefined ? undefined : reading.value * raw.factor
    }
    const all: (CounterReading | undefined)[] = Object.values(readings)
    const isReset = all.some((reading) => reading?.isReset === true)
    const isBlank = !isReset && all.every((reading) => (reading?.value ?? 0) === 0)
    return { values, readings, isReset, isBlank }
  }

  /** Of counters in 32 bits, those that nothing wider stands for. */
  #narrowColumns(): number[] {
    return this.#counters
      .filter(({ statistic }) => statistic === undefined || !this.#has64)
      .flatMap(({ port }) => port ?? [])
  }
}
