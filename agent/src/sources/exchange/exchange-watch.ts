import { parseDurationMs } from '@wardround/program/running'
import { asRecord } from '../../as-record.ts'
import { KeptFile } from '../../kept-file.ts'
import type { SourceContext } from '../../source.ts'
import { findSilence } from '../server/silence.ts'
import type { ExchangeCounter } from './exchange-counter.ts'
import type { ExchangeCount, ExchangeProgress } from './exchange-session.ts'
import { latestWindow, type ExchangeWindow } from './exchange-window.ts'
import { judgeExchange } from './judge-exchange.ts'

interface Kept {
  /** Beginning of the first window that was looked at. */
  readonly firstFromMs: number
  /** End of the last window that was a success. */
  readonly successToMs?: number
}

/** After a run in which something could not be asked, the next one comes so soon. */
const TRY_AGAIN_MS = 300_000

/** When a flow is counted, and when it last was as it should be, over restarts, too. */
export class ExchangeWatch {
  readonly #counter: ExchangeCounter
  readonly #context: SourceContext
  readonly #file: KeptFile<Kept>
  #kept: Kept | undefined
  #last: { readonly found: ExchangeCount; readonly atMs: number } | undefined

  private constructor(counter: ExchangeCounter, context: SourceContext) {
    this.#counter = counter
    this.#context = context
    this.#file = new KeptFile<Kept>(context, 'exchange', isKept)
  }

  static async open(counter: ExchangeCounter, context: SourceContext): Promise<ExchangeWatch> {
    const watch = new ExchangeWatch(counter, context)
    watch.#kept = await watch.#file.read()
    return watch
  }

  /** @throws NoDataError while the source is paused */
  async count(signal: AbortSignal): Promise<{
    isNew: boolean
    found: ExchangeCount
    progress: ExchangeProgress
  }> {
    const silence = findSilence(this.#context, [])
    if (silence !== undefined) throw silence.error
    const window = this.#window()
    const last = this.#last
    if (last !== undefined && !this.#isDue(window, last))
      return { isNew: false, found: last.found, progress: this.#progress(last.found.window) }
    const found = await this.#counter.count(window, signal)
    this.#last = { found, atMs: this.#context.clocks.monotonicMs() }
    await this.#note(found)
    return { isNew: true, found, progress: this.#progress(window) }
  }

  #window(): ExchangeWindow {
    const { options, clocks } = this.#context
    return latestWindow(
      clocks.nowMs(),
      this.#windowMs,
      parseDurationMs(String(options['settle'])),
      String(options['timezone']),
    )
  }

  get #windowMs(): number {
    return parseDurationMs(String(this.#context.options['window']))
  }

  #isDue(window: ExchangeWindow, { found, atMs }: { found: ExchangeCount; atMs: number }): boolean {
    if (window.toMs !== found.window.toMs) return true
    const everyMs = parseDurationMs(String(this.#context.options['every']))
    const waitMs = found.errors.length > 0 ? Math.min(TRY_AGAIN_MS, everyMs) : everyMs
    return this.#context.clocks.monotonicMs() - atMs >= waitMs
  }

  async #note(found: ExchangeCount): Promise<void> {
    const { options } = this.#context
    const { isSuccess } = judgeExchange(found, {
      minimum: Number(options['minimum']),
      tolerancePercent: Number(options['tolerancePercent']),
    })
    const before = this.#kept ?? { firstFromMs: found.window.fromMs }
    const kept = isSuccess ? { ...before, successToMs: found.window.toMs } : before
    if (kept.successToMs === this.#kept?.successToMs && this.#kept !== undefined) return
    this.#kept = kept
    await this.#file.write(kept)
  }

  #progress({ fromMs, toMs }: ExchangeWindow): ExchangeProgress {
    const sinceMs = this.#kept?.successToMs ?? this.#kept?.firstFromMs ?? fromMs
    const periods = Math.round((toMs - sinceMs) / this.#windowMs)
    return { sinceMs, periodsWithoutSuccess: Math.max(0, periods) }
  }
}

function isKept(value: unknown): value is Kept {
  const { firstFromMs, successToMs } = asRecord(value)
  return Number.isFinite(firstFromMs) && (successToMs === undefined || Number.isFinite(successToMs))
}
