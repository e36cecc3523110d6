import type { LocalizedText } from '@wardround/program'
import type { State } from '../../state/state.ts'
import type { StoreGap } from '../../state/store-gaps.ts'
import type { RemoteStoreStatus } from './remote-stores.ts'

/** A stretch of time that a person wants a store outside to have. */
export interface BackfillRequest {
  readonly store: string
  /** Epoch ms, [fromMs, toMs). Both absent: the one that is not finished. */
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
}

/** How far a backfill is. */
export interface BackfillProgress {
  readonly id: number
  readonly store: string
  readonly fromMs: number
  readonly toMs: number
  readonly filledToMs: number
  /** Samples copied so far, by every start of it. */
  readonly copied: number
  /** Why nothing is copied now. */
  readonly waits: string | undefined
}

/** What was asked can't be done. */
export class BackfillError extends Error {
  override readonly name = 'BackfillError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

export interface BackfillParts {
  readonly gaps: State['storeGaps']
  readonly stores: readonly string[]
  statuses(): Promise<readonly RemoteStoreStatus[]>
  /** The embedded store keeps raw samples from here on. */
  rawSinceMs(): number
  readonly nowMs: () => number
}

/**
 * What people want copied from the embedded store into a store outside: kept as gaps, which are filled whenever the store takes samples, over restarts too. Raw samples
 * alone: a rollup's mean written as a sample would be one that nobody measured.
 */
export class Backfills {
  readonly #parts: BackfillParts

  constructor(parts: BackfillParts) {
    this.#parts = parts
  }

  /** Begins one, or goes on with the one that is not finished. @throws BackfillError */
  async start({ store, fromMs, toMs }: BackfillRequest): Promise<BackfillProgress> {
    const unfinished = await this.#unfinished(store)
    if (fromMs === undefined || toMs === undefined) {
      if (unfinished === undefined) throw nothingUnfinished(store)
      return this.#toProgress(unfinished)
    }
    const isSame = unfinished?.fromMs === fromMs && unfinished.toMs === toMs - 1
    if (isSame) return this.#toProgress(unfinished)
    if (unfinished !== undefined) throw anotherUnfinished(unfinished)
    const rawSinceMs = this.#parts.rawSinceMs()
    if (fromMs < rawSinceMs) throw noRawSamples(rawSinceMs)
    const notedAtMs = this.#parts.nowMs()
    const wanted = { store, fromMs, toMs: toMs - 1, samples: 0, notedAtMs }
    return this.#toProgress(await this.#parts.gaps.add({ ...wanted, reason: 'backfill' }))
  }

  /** Undefined: it was stopped. */
  async progress(id: number): Promise<BackfillProgress | undefined> {
    const gap = await this.#parts.gaps.find(id)
    return gap && this.#toProgress(gap)
  }

  /** What was copied stays. @throws BackfillError */
  async stop(store: string): Promise<BackfillProgress> {
    const unfinished = await this.#unfinished(store)
    if (unfinished === undefined) throw nothingUnfinished(store)
    await this.#parts.gaps.remove(unfinished.id)
    return this.#toProgress(unfinished)
  }

  async #unfinished(store: string): Promise<StoreGap | undefined> {
    const { gaps, stores } = this.#parts
    if (!stores.includes(store)) throw noSuchStore(store, stores)
    return (await gaps.open(store)).find(({ reason }) => reason === 'backfill')
  }

  async #toProgress({
    id,
    store,
    fromMs,
    toMs,
    filledToMs,
    copied,
  }: StoreGap): Promise<BackfillProgress> {
    const status = (await this.#parts.statuses()).find(({ name }) => name === store)
    const waits = status?.ok === false ? (status.failure?.reason ?? '') : undefined
    return { id, store, fromMs, toMs: toMs + 1, filledToMs, copied, waits }
  }
}

function noSuchStore(store: string, stores: readonly string[]): BackfillError {
  const known = stores.length === 0 ? '' : stores.join(', ')
  return new BackfillError({
    zh: `没有名为“${store}”的外部时序库；配置中有：${known || '（无）'}`,
    en: `there is no store "${store}"; the running configuration has: ${known || '(none)'}`,
  })
}

function nothingUnfinished(store: string): BackfillError {
  return new BackfillError({
    zh: `“${store}”没有未完成的补写；请用 --from 指定起点`,
    en: `no backfill of "${store}" is unfinished; say from when with --from`,
  })
}

function anotherUnfinished({ store, fromMs, toMs }: StoreGap): BackfillError {
  const [from, to] = [fromMs, toMs + 1].map(spell)
  return new BackfillError({
    zh: `“${store}”还有一次补写未完成：${from} 至 ${to}。不带 --from、--to 执行可查看其进度；--stop 可放弃它`,
    en: `a backfill of "${store}" from ${from} to ${to} is unfinished: without --from and --to the command goes on with it, --stop gives it up`,
  })
}

function noRawSamples(rawSinceMs: number): BackfillError {
  const since = spell(rawSinceMs)
  return new BackfillError({
    zh: `内置库只保留 ${since} 之后的原始采样；更早的只有汇总值，汇总值不是采样，不会当作采样写入。请把 --from 改到该时刻之后`,
    en: `the embedded store keeps raw samples from ${since} on; of earlier times it has rollups, which are no samples and are not written as such. Choose a later --from`,
  })
}

function spell(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
