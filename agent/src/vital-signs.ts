import type { Clocks } from './clocks.ts'
import type { Ledger } from './ledger.ts'
import type { Outbox } from './outbox.ts'

/** Far beyond what a slow disk or a machine under load needs. */
const PATIENCE_MS = 180_000
/** Of the shortest interval: a run may be passed over because the one before still goes on. */
const INTERVALS = 3

export interface VitalSignsOptions {
  readonly ledger: Pick<Ledger, 'entry'>
  readonly outbox: Pick<Outbox, 'failure' | 'overdueMs'>
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  /** Of the probes that run most often. */
  readonly everyMs: number
}

/** Whether samples really are collected, and are acknowledged or on their way to safety: what a watchdog should know. */
export class VitalSigns {
  readonly #with: VitalSignsOptions
  #collected = 0
  #collectedAtMs: number

  constructor(options: VitalSignsOptions) {
    this.#with = options
    this.#collectedAtMs = options.clocks.monotonicMs()
  }

  /**
   * What a new start might mend; undefined: nothing. To be asked once in a while. A disk that says why it takes nothing is no such thing: the samples
   * wait in memory, and a new start would lose them.
   */
  findFault(): string | undefined {
    const { ledger, outbox, clocks, everyMs } = this.#with
    const nowMs = clocks.monotonicMs()
    const { collected } = ledger.entry
    if (collected > this.#collected) this.#collectedAtMs = nowMs
    this.#collected = collected
    const quietMs = nowMs - this.#collectedAtMs
    if (quietMs > Math.max(PATIENCE_MS, INTERVALS * everyMs))
      return `no sample was collected for ${seconds(quietMs)}`
    if (outbox.failure === undefined && outbox.overdueMs > PATIENCE_MS)
      return `samples are neither acknowledged nor on disk for ${seconds(outbox.overdueMs)}`
    return undefined
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
