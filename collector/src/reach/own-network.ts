import type { LocalizedText, Logger } from '@wardround/program'
import { type CheckTarget, isReached } from './check-target.ts'
import type { Ping } from './ping.ts'

/** The settings of a self-check, read. */
export interface SelfCheck {
  readonly targets: readonly CheckTarget[]
  readonly everyMs: number
  readonly afterMs: number
}

export interface OwnNetworkOptions {
  readonly ping: Ping
  /** One of the targets was reached. */
  onReached(): void
  /** Why incidents are to be held back from now on; undefined: no longer. */
  onFrozen(reason: LocalizedText | undefined): void
  readonly log: Logger
  readonly monotonicMs: () => number
}

/** While none is reached they are tried more often. */
const FAILING_EVERY_MS = 10_000

const REASON: LocalizedText = {
  zh: '监控中心连不上自身网络的任何一个检查目标（notify.selfCheck），新告警暂缓通知',
  en: 'none of the targets of notify.selfCheck can be reached: new incidents are held back',
}

/**
 * Tries named targets of the collector's own network. When all of them fail it is this network that is lost, and not the hosts beyond it. Targets that
 * were never reached since they were named hold nothing back: they may be misspelt.
 */
export class OwnNetwork implements Disposable {
  readonly #options: OwnNetworkOptions
  readonly #reached = new Map<string, boolean>()
  #check: SelfCheck | undefined
  #timer: NodeJS.Timeout | undefined
  #wasReached = false
  #failingSinceMs: number | undefined
  #isFrozen = false

  constructor(options: OwnNetworkOptions) {
    this.#options = options
  }

  /** The last round reached none: what else fails now says nothing. */
  get isFailing(): boolean {
    return this.#failingSinceMs !== undefined
  }

  /** Why incidents are held back now. */
  get frozen(): LocalizedText | undefined {
    return this.#isFrozen ? REASON : undefined
  }

  /** There are targets, all were tried, and none was ever reached. */
  get isNeverReached(): boolean {
    return this.isFailing && !this.#wasReached
  }

  /** By target, whether the last round reached it. */
  targets(): ReadonlyMap<string, boolean> {
    return this.#reached
  }

  /** Puts a self-check in force; undefined: none. */
  replace(check: SelfCheck | undefined): void {
    clearTimeout(this.#timer)
    if (!isSame(check, this.#check)) {
      this.#wasReached = false
      this.#reached.clear()
      this.#succeed()
    }
    this.#check = check
    if (check !== undefined) void this.#run(check)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#check = undefined
  }

  async #run(check: SelfCheck): Promise<void> {
    const { ping } = this.#options
    const results = await Promise.all(check.targets.map((target) => isReached(target, ping)))
    if (this.#check !== check) return
    for (const [index, { text }] of check.targets.entries())
      this.#reached.set(text, results[index] === true)
    if (results.includes(true)) {
      this.#wasReached = true
      this.#succeed()
      this.#options.onReached()
    } else this.#fail(check)
    const waitMs = this.isFailing ? Math.min(FAILING_EVERY_MS, check.everyMs) : check.everyMs
    this.#timer = setTimeout(() => void this.#run(check), waitMs).unref()
  }

  #succeed(): void {
    this.#failingSinceMs = undefined
    this.#freeze(false)
  }

  #fail({ afterMs }: SelfCheck): void {
    const nowMs = this.#options.monotonicMs()
    this.#failingSinceMs ??= nowMs
    if (this.#wasReached && nowMs - this.#failingSinceMs >= afterMs) this.#freeze(true)
  }

  #freeze(isFrozen: boolean): void {
    if (isFrozen === this.#isFrozen) return
    this.#isFrozen = isFrozen
    const { log } = this.#options
    const targets = [...this.#reached.keys()]
    if (isFrozen)
      log.error({ targets }, "the collector's own network is lost: new incidents are held back")
    else log.warn({ targets }, "the collector's own network is back")
    this.#options.onFrozen(this.frozen)
  }
}

function isSame(a: SelfCheck | undefined, b: SelfCheck | undefined): boolean {
  return JSON.stringify(a?.targets) === JSON.stringify(b?.targets)
}
