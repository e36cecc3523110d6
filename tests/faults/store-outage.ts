import { readFileSync } from 'node:fs'
import type { FaultSite } from '../support/fault-site.ts'
import {
  compareStored,
  type Comparison,
  type LedgerOfHost,
  type StoredReader,
} from '../support/ledger-comparison.ts'
import { pass, until } from '../support/until.ts'

/** One of the collector's metrics about one store outside; 0 where there is none. */
export async function storeMetric(site: FaultSite, name: string, store: string): Promise<number> {
  const text = await (await fetch(`${site.collector.url}/metrics`)).text()
  const start = `wardround_collector_remote_store_${name}{store="${store}"} `
  const line = text.split('\n').find((found) => found.startsWith(start))
  return Number(line?.slice(start.length) ?? 0)
}

/** Whether /readyz has a word about a store. */
export async function isSpokenOf(site: FaultSite, store: string): Promise<boolean> {
  const { notices = [] } = await site.collector.get<{ notices?: { message: string }[] }>('/readyz')
  return notices.some(({ message }) => message.includes(`store "${store}"`))
}

/** Resolves when the agents have nothing left that the collector has not. */
export async function untilDelivered(site: FaultSite, withinMs: number): Promise<void> {
  const isDelivered = async () => {
    const { agents } = await site.fleet.status()
    return Object.values(agents).every(({ queued, connected }) => connected && queued === 0)
  }
  await until('the collector has what the agents had', isDelivered, withinMs, 250)
}

/** Waits until a store has all that the ledgers hold, or the deadline has passed. */
export async function concludeStore(
  read: StoredReader,
  ledgers: readonly LedgerOfHost[],
  withinMs: number,
): Promise<Comparison> {
  const startedAt = performance.now()
  for (;;) {
    const comparison = await compareStored(read, ledgers)
    if (comparison.lost === 0 || performance.now() - startedAt > withinMs) return comparison
    await pass(500)
  }
}

/** The most memory that a process took at any look, in bytes, until it is let go. */
export class MemoryWatch implements Disposable {
  mostBytes = 0
  readonly #timer: NodeJS.Timeout

  constructor(pid: () => number) {
    this.#timer = setInterval(() => {
      this.mostBytes = Math.max(this.mostBytes, residentBytes(pid()))
    }, 250)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

/** 0 where the process is gone. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Adds comparisons of several stores up. */
export function addUp(comparisons: readonly Comparison[]): Comparison {
  const [first, ...others] = comparisons
  if (first === undefined) throw new Error('nothing was compared')
  return others.reduce(
    (sum, next) => ({
      expected: sum.expected + next.expected,
      lost: sum.lost + next.lost,
      duplicated: sum.duplicated + next.duplicated,
      moved: sum.moved + next.moved,
      invented: sum.invented + next.invented,
      stored: sum.stored + next.stored,
      lostAnswers: sum.lostAnswers,
      examples: [...sum.examples, ...next.examples],
    }),
    first,
  )
}
