import {
  exportSeries,
  hasInfluxDb,
  hasVictoriaMetrics,
  startInfluxDb,
  startVictoriaMetrics,
} from '@wardround/collector/testing'
import type { Points, StoredReader } from './ledger-comparison.ts'
import { StoreGate } from './store-gate.ts'

export type Product = 'influxdb' | 'victoriametrics'

/** A real database on loopback behind a gate, as a store outside of a collector, and what it has of the ledgers' samples. */
export interface OutsideStore extends AsyncDisposable {
  readonly name: string
  readonly product: Product
  readonly gate: StoreGate
  /** One of `stores:` in collector.yaml. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly read: StoredReader
  /** Ends the database by kill -9. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Lines straight into it, times in ms. */
  write(lines: string): Promise<void>
}

/** Why no such database can be started here; undefined where it can. */
export function whyNoDatabase(): string | undefined {
  if (!hasVictoriaMetrics()) return 'victoria-metrics is not installed'
  return hasInfluxDb() ? undefined : 'influxdb is not installed'
}

export interface OutsideStoreOptions {
  readonly name: string
  readonly product: Product
  /** In which it must answer, e.g. `3s`. */
  readonly deadline: string
  /** Where its files are. */
  readonly parent?: string
}

/** Starts an empty one. VictoriaMetrics deduplicates, as docs/stores.md advises. */
export async function openOutsideStore(options: OutsideStoreOptions): Promise<OutsideStore> {
  const { name, product, deadline } = options
  const { database, read } = await openDatabase(options)
  const gate = await StoreGate.open(database.url)
  const own = product === 'influxdb' ? { database: 'wardround' } : {}
  return {
    name,
    product,
    gate,
    settings: { name, kind: product, url: gate.url, deadline, ...own },
    read,
    stop: () => database.stop(),
    start: () => database.start(),
    write: (lines) => database.write(lines),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type Database = Pick<OutsideStore, 'stop' | 'start' | 'write'> &
  AsyncDisposable & { readonly url: string }

async function openDatabase({
  product,
  parent,
}: OutsideStoreOptions): Promise<{ database: Database; read: StoredReader }> {
  if (product === 'victoriametrics') {
    const options = { deduplicates: true, ...(parent === undefined ? {} : { parent }) }
    const database = await startVictoriaMetrics(options)
    return {
      database,
      read: async (host, fromMs, toMs) => {
        const selector = `ledger_answer{host="${host}"}`
        const found = await exportSeries(database, selector, { fromMs, toMs })
        return joinPoints(
          found.map(({ metric, timestamps, values }) => [
            Number(metric['series']),
            timestamps.map((timeMs, at) => [timeMs, values[at]!] as const),
          ]),
        )
      },
    }
  }
  const database = await startInfluxDb(parent)
  return {
    database,
    read: async (host, fromMs, toMs) => {
      const statement = `SELECT answer FROM ledger WHERE host = '${host}' AND time >= ${fromMs}ms AND time < ${toMs}ms GROUP BY "series"`
      const [result] = await database.query([statement])
      return joinPoints(
        (result?.series ?? []).map(({ tags, values = [] }) => [
          Number(tags?.['series']),
          values.map(([timeMs, value]) => [Number(timeMs), Number(value)] as const),
        ]),
      )
    },
  }
}

/** Points of one series may come in several parts: tags that a ledger doesn't know may differ. */
function joinPoints(parts: readonly (readonly [number, Points])[]): Map<number, Points> {
  const joined = new Map<number, Points>()
  for (const [series, points] of parts)
    joined.set(series, [...(joined.get(series) ?? []), ...points])
  return joined
}
