import { KeptFile, type Keeping } from '../../kept-file.ts'

/** An account that came or went, epoch ms. */
export interface AccountChange {
  readonly name: string
  readonly change: 'added' | 'removed'
  readonly atMs: number
}

interface Known {
  readonly names: readonly string[]
  readonly changes: readonly AccountChange[]
}

export interface ComparedAccounts {
  /** Since they were compared last. */
  readonly fresh: readonly AccountChange[]
  /** Of the last seven days, the fresh ones included. */
  readonly recent: readonly AccountChange[]
  /** Whether a restart of the agent will know of it. */
  readonly isKept: boolean
}

const WEEK_MS = 7 * 86_400_000

/** Which accounts there were, over restarts. What can't be written still counts for as long as the agent runs. */
export class KnownAccounts {
  readonly #file: KeptFile<Known>
  #isKept = true

  constructor(keeping: Keeping) {
    this.#file = new KeptFile(keeping, 'accounts', isKnown)
  }

  async compare(now: readonly string[], timeMs: number): Promise<ComparedAccounts> {
    const before = await this.#file.read()
    const names = now.toSorted()
    const young = before?.changes.filter(({ atMs }) => timeMs - atMs < WEEK_MS) ?? []
    const fresh = before === undefined ? [] : changesBetween(before.names, names, timeMs)
    const recent = [...young, ...fresh]
    const isSame = fresh.length === 0 && young.length === before?.changes.length
    if (!isSame || !this.#isKept) this.#isKept = await this.#file.write({ names, changes: recent })
    return { fresh, recent, isKept: this.#isKept }
  }
}

function changesBetween(
  before: readonly string[],
  now: readonly string[],
  atMs: number,
): AccountChange[] {
  const there = new Set(before)
  const here = new Set(now)
  return [
    ...now
      .filter((name) => !there.has(name))
      .map((name) => ({ name, change: 'added' as const, atMs })),
    ...before
      .filter((name) => !here.has(name))
      .map((name) => ({ name, change: 'removed' as const, atMs })),
  ]
}

function isKnown(value: unknown): value is Known {
  return (
    typeof value === 'object' &&
    value !== null &&
    'names' in value &&
    Array.isArray(value.names) &&
    'changes' in value &&
    Array.isArray(value.changes)
  )
}
