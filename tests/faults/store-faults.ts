import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultSite } from '../support/fault-site.ts'
import type { Points, StoredReader } from '../support/ledger-comparison.ts'
import type { OutsideStore } from '../support/outside-store.ts'
import type { SmallDisk } from '../support/small-disk.ts'

/** What can be wrong with a store outside. */
export type StoreFault = 'gone' | 'hangs' | 'errors' | 'slow' | 'full' | 'conflict'

export interface StoreFaultOptions {
  /** What a write to a slow store takes. */
  readonly slowMs: number
  /** Where the store's files are, if it is to be full. */
  readonly disk: SmallDisk | undefined
}

/** VictoriaMetrics takes nothing more below 10 MB of free disk; InfluxDB goes on to the last byte. */
const LEFT_ON_FULL_DISK = { victoriametrics: 6_000_000, influxdb: 0 } as const
const HOUR_MS = 3_600_000

/** Begins a fault of a store; it is over when it is disposed of. */
export async function beginStoreFault(
  fault: Exclude<StoreFault, 'conflict'>,
  store: OutsideStore,
  { slowMs, disk }: StoreFaultOptions,
): Promise<AsyncDisposable> {
  switch (fault) {
    case 'gone':
      await store.stop()
      return over(() => store.start())
    case 'hangs':
      return through(store, 'swallow')
    case 'errors':
      return through(store, { status: 500 })
    case 'slow':
      return through(store, { delayMs: slowMs })
    case 'full':
      await disk?.fill(LEFT_ON_FULL_DISK[store.product])
      return over(async () => disk?.free())
  }
}

function through({ gate }: OutsideStore, mode: OutsideStore['gate']['mode']): AsyncDisposable {
  gate.mode = mode
  return over(async () => {
    gate.mode = 'open'
  })
}

function over(end: () => Promise<void>): AsyncDisposable {
  return { [Symbol.asyncDispose]: end }
}

/** An integer field stands in the way of the ledgers' samples from a time on. InfluxDB keeps a field's type for each of its weeks: one line for each hour. */
export async function makeConflict(store: OutsideStore, fromMs: number): Promise<void> {
  const lines: string[] = []
  for (let timeMs = fromMs; timeMs <= Date.now() + HOUR_MS; timeMs += HOUR_MS)
    lines.push(`ledger,host=elsewhere,series=0 answer=1i ${timeMs}`)
  await store.write(lines.join('\n'))
}

/** What a store has, and what it refused: the files beside the collector's state. */
export function withDeadLetters(site: FaultSite, store: OutsideStore): StoredReader {
  return async (host, fromMs, toMs) => {
    const found = new Map<number, Points>(await store.read(host, fromMs, toMs))
    const letters = readDeadLetters(site, store)
      .filter((letter) => letter.host === host)
      .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)
    for (const { series, timeMs, value } of letters)
      found.set(series, [...(found.get(series) ?? []), [timeMs, value]])
    return found
  }
}

const LETTER =
  /^ledger,(?:.*,)?host=(?<host>[^,]*),(?:.*,)?series=(?<series>\d+) answer=(?<value>\d+) (?<timeMs>\d+)$/

function readDeadLetters({ directory }: FaultSite, { name }: OutsideStore) {
  const stores = join(directory, 'collector', 'stores', name)
  const files = readdirSync(stores).filter((file) => file.startsWith('dead-letters.jsonl'))
  const lines = files.flatMap((file) => readFileSync(join(stores, file), 'utf8').trim().split('\n'))
  return lines.flatMap((text) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the collector writes it
    const { line } = JSON.parse(text) as { readonly line: string }
    const { host = '', series, value, timeMs } = LETTER.exec(line)?.groups ?? {}
    if (series === undefined) return []
    return [{ host, series: Number(series), value: Number(value), timeMs: Number(timeMs) }]
  })
}
