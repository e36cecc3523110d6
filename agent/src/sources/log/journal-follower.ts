import { createHash } from 'node:crypto'
import type { LocalizedText } from '@wardround/protocol'
import { isRecord } from '../../as-record.ts'
import type { Clocks } from '../../clocks.ts'
import type { KeptFile } from '../../kept-file.ts'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { ReadBounds } from './log-follower.ts'
import type { ReadRecord } from './log-records.ts'
import type { JournalPage, JournalReader } from './journal-reader.ts'
import type { JournalEntry } from './parse-journal.ts'
import type { FollowedLog } from './watch-log.ts'

/** What outlives a restart: the place, and what was counted up to it. */
export interface SavedJournal {
  readonly label: string
  /** Undefined: nothing was there, so that what comes is new from its first entry. */
  readonly cursor?: string | undefined
  readonly totals: JournalTotals
  readonly counts: Readonly<Record<string, number>>
}

interface JournalTotals {
  lines: number
  bytes: number
  /** Messages that were too long to be given. */
  cutLines: number
  /** Times that entries were gone before they were read. */
  lostFiles: number
}

export interface JournalFollowerOptions {
  readonly label: string
  readonly reader: JournalReader
  readonly kept: KeptFile<SavedJournal>
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  readonly isPaused: () => boolean
}

const SAVE_EVERY_MS = 60_000

/**
 * Follows the journal by its cursor, with one run of journalctl (or a few) each time it is asked. The entry of the cursor itself is asked for
 * again: where it is not the first one to come, it was removed, and what came after it maybe, too. Where nothing was read yet, it begins at the end.
 */
export class JournalFollower implements FollowedLog, AsyncDisposable {
  readonly label: string
  readonly lagBytes = undefined
  readonly totals: JournalTotals = { lines: 0, bytes: 0, cutLines: 0, lostFiles: 0 }
  readonly counts = new Map<string, number>()
  isThere = false
  readonly #with: JournalFollowerOptions
  #cursor: string | undefined
  /** What came after the cursor is gone, and told. */
  #isLost = false
  #isBegun = false
  #savedAtMs = 0
  #changed = false

  constructor(options: JournalFollowerOptions) {
    this.#with = options
    this.label = options.label
  }

  /** Gives what came since. @throws ProbeError, NoDataError */
  async read(
    onRecord: (record: ReadRecord) => void,
    bounds: ReadBounds,
    remark: (text: LocalizedText) => void,
  ): Promise<void> {
    if (this.#with.isPaused())
      throw new NoDataError({ zh: '数据源已暂停', en: 'the source is paused' })
    if (!this.#isBegun) await this.#begin(bounds.signal)
    else await this.#readNew(onRecord, bounds, remark)
    this.isThere = true
    if (this.#changed && this.#with.clocks.monotonicMs() - this.#savedAtMs >= SAVE_EVERY_MS)
      await this.#save()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#changed) await this.#save()
  }

  /** From where the agent stopped, or from the end of what is there. */
  async #begin(signal: AbortSignal): Promise<void> {
    const saved = await this.#with.kept.read()
    if (saved?.label === this.label) {
      Object.assign(this.totals, saved.totals)
      for (const [name, count] of Object.entries(saved.counts)) this.counts.set(name, count)
      this.#cursor = saved.cursor
    } else await this.#goToEnd(signal)
    this.#isBegun = true
    await this.#save()
  }

  async #goToEnd(signal: AbortSignal): Promise<void> {
    const page = await this.#with.reader.read(['--lines=1'], signal)
    // What one may not see would later be taken for new.
    if (page.remark !== undefined) throw new ProbeError('NOT_PERMITTED', page.remark)
    this.#cursor = page.entries.at(-1)?.cursor
  }

  async #readNew(
    onRecord: (record: ReadRecord) => void,
    { maxBytes, isOver, signal }: ReadBounds,
    remark: (text: LocalizedText) => void,
  ): Promise<void> {
    let left = maxBytes
    while (left > 0 && !signal.aborted) {
      const page = await this.#readFrom(this.#cursor, signal, remark)
      if (page === undefined) return
      if (page.remark !== undefined) remark(page.remark)
      const taken = this.#takePage(page, onRecord, remark)
      left -= page.bytes
      if (taken === 0 || !page.hasMore || isOver?.() === true) return
    }
  }

  /** Undefined where the journal does not know the cursor at all: it goes on from the end. */
  async #readFrom(
    cursor: string | undefined,
    signal: AbortSignal,
    remark: (text: LocalizedText) => void,
  ): Promise<JournalPage | undefined> {
    const from = cursor === undefined ? [] : [`--cursor=${cursor}`]
    try {
      return await this.#with.reader.read(from, signal)
    } catch (error) {
      if (!(error instanceof ProbeError && /cursor/i.test(error.message))) throw error
      this.#lose(remark)
      await this.#goToEnd(signal)
      return undefined
    }
  }

  /** Returns how many entries were new. */
  #takePage(
    { entries, bytes }: JournalPage,
    onRecord: (record: ReadRecord) => void,
    remark: (text: LocalizedText) => void,
  ): number {
    const isKnown = this.#cursor !== undefined && entries[0]?.cursor === this.#cursor
    if (this.#cursor !== undefined && !isKnown) this.#lose(remark)
    const fresh = isKnown ? entries.slice(1) : entries
    for (const entry of fresh) this.#takeEntry(entry, onRecord)
    if (fresh.length > 0) this.totals.bytes += bytes
    return fresh.length
  }

  #takeEntry({ cursor, text, isCut }: JournalEntry, onRecord: (record: ReadRecord) => void): void {
    this.totals.lines++
    if (isCut) this.totals.cutLines++
    this.#cursor = cursor
    this.#isLost = false
    this.#changed = true
    const lines = text.split('\n')
    onRecord({ offset: 0, lines, key: () => `journal:${digest(cursor)}` })
  }

  #lose(remark: (text: LocalizedText) => void): void {
    if (!this.#isLost) this.totals.lostFiles++
    this.#isLost = true
    this.#changed = true
    remark({
      zh: `${this.label}：上次读到的位置已被清理，其间的日志可能丢失（journald 的 SystemMaxUse 过小，或采集代理停止过久）`,
      en: `${this.label}: the place up to which it was read is gone, and entries after it may be, too (SystemMaxUse of journald is small, or the agent was away for long)`,
    })
  }

  async #save(): Promise<void> {
    this.#savedAtMs = this.#with.clocks.monotonicMs()
    const written = await this.#with.kept.write({
      label: this.label,
      cursor: this.#cursor,
      totals: { ...this.totals },
      counts: Object.fromEntries(this.counts),
    })
    if (written) this.#changed = false
  }
}

/** Our own file; only what another version may have left is looked for. */
export function isSavedJournal(value: unknown): value is SavedJournal {
  if (!isRecord(value) || typeof value['label'] !== 'string') return false
  const { cursor, totals, counts } = value
  return (
    (cursor === undefined || typeof cursor === 'string') &&
    isRecord(totals) &&
    ['lines', 'bytes', 'cutLines', 'lostFiles'].every((key) => Number.isFinite(totals[key])) &&
    isRecord(counts) &&
    Object.values(counts).every(Number.isFinite)
  )
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
