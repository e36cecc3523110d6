import type { Position } from '@wardround/journal'
import { mkdir, statfs } from 'node:fs/promises'
import type { RemoteStore } from './open-remote-store.ts'
import type { RemoteStoreSettings } from './read-stores.ts'
import type { RemoteStoresParts } from './remote-stores.ts'

/** What may wait for stores outside, and what is given up beyond it. */
export class Backlog {
  readonly #parts: RemoteStoresParts

  constructor(parts: RemoteStoresParts) {
    this.#parts = parts
  }

  /** Gives up what waits for longer than it may, or takes more of the disk, and writes the gap down. */
  async keepWithin(store: RemoteStore): Promise<void> {
    const { journal, state, log, nowMs } = this.#parts
    const { name, budget } = store.settings
    const lagBytes = journal.bytesFrom(store.covered)
    const most = await this.#mostBytes(store, lagBytes)
    const receivedMs = nowMs() - budget.ageMs
    const { waitingSinceMs = Infinity } = await store.status()
    if (lagBytes <= most && waitingSinceMs >= receivedMs) return
    const until = lagBytes > most ? journal.positionWithin(most) : BEGINNING
    const passed = await store.passOver(until, receivedMs)
    if (passed?.times === undefined) return
    const { firstMs: fromMs, lastMs: toMs } = passed.times
    const gap = { store: name, fromMs, toMs, samples: passed.samples, notedAtMs: nowMs() }
    await state.storeGaps.add(gap)
    log.error(
      gap,
      'a store outside was down for longer than its budget: samples are given up for it',
    )
  }

  /** The budget, or half of what waits where the journal's reserve is near. */
  async #mostBytes({ settings }: RemoteStore, lagBytes: number): Promise<number> {
    const { journalDirectory, reserve } = this.#parts
    const { blocks, bsize, bavail } = await statfs(journalDirectory)
    const kept = Math.max(reserve.fraction * blocks * bsize, reserve.bytes)
    const budget = settings.budget.diskFraction * blocks * bsize
    return bavail * bsize < 2 * kept ? Math.min(budget, lagBytes / 2) : budget
  }
}

/** Bytes of the journal that the store with the largest budget may have waiting; 0 where there is none. */
export async function largestBudget(
  stores: readonly RemoteStoreSettings[],
  directory: string,
): Promise<number> {
  if (stores.length === 0) return 0
  await mkdir(directory, { recursive: true })
  const { blocks, bsize } = await statfs(directory)
  return Math.max(...stores.map(({ budget }) => budget.diskFraction * blocks * bsize))
}

const BEGINNING: Position = { segment: 0, offset: 0 }
