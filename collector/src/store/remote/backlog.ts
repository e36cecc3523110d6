import type { Position } from '@wardround/journal'
import { mkdir, statfs } from 'node:fs/promises'
import type { GivenUp } from './batch-reader.ts'
import type { RemoteStore } from './open-remote-store.ts'
import type { RemoteStoreSettings } from './read-stores.ts'
import type { RemoteStoresParts, RemoteStoreStatus } from './remote-stores.ts'

/** What may wait for stores outside, and what is given up beyond it. */
export class Backlog {
  readonly #parts: RemoteStoresParts

  constructor(parts: RemoteStoresParts) {
    this.#parts = parts
  }

  /**
   * Gives up what has waited for longer than it may, or takes more of the disk. The gap is written down first: who dies between the two has noted what
   * may yet be sent, and it is filled all the same.
   */
  async keepWithin(
    store: RemoteStore,
    { lagSeconds }: Pick<RemoteStoreStatus, 'lagSeconds'>,
  ): Promise<void> {
    const { journal, nowMs } = this.#parts
    const { ageMs } = store.settings.budget
    const lagBytes = journal.bytesFrom(store.covered)
    const most = await this.#mostBytes(store, lagBytes)
    if (lagBytes <= most && lagSeconds * 1_000 <= ageMs) return
    const until = lagBytes > most ? journal.positionWithin(most) : BEGINNING
    const givenUp = await store.weigh(until, nowMs() - ageMs)
    if (givenUp === undefined) return
    await this.#note(store, givenUp)
    await store.passOver(givenUp.end)
  }

  async #note({ settings }: RemoteStore, { times, samples }: GivenUp): Promise<void> {
    if (times === undefined) return
    const { state, log, nowMs } = this.#parts
    const { firstMs: fromMs, lastMs: toMs } = times
    const noted = { store: settings.name, fromMs, toMs, samples, notedAtMs: nowMs() }
    await state.storeGaps.add({ ...noted, reason: 'outage' })
    log.error(
      noted,
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
