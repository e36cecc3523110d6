import { upTimeWentOn } from './up-time.ts'

/** What is known of a counter before it is read. */
export interface CounterShape {
  readonly bits: 32 | 64
  /** No more than this can be true: the speed of the link, or what no device counts in a second. */
  readonly mostPerSecond: number
}

export interface CounterReading {
  /** What may leave the agent; undefined where it is missing or makes no sense yet. */
  readonly value: number | undefined
  /** Since the reading before that made sense; undefined at the first and after a reset. */
  readonly growth: number | undefined
  /** Over which `growth` came. */
  readonly seconds: number | undefined
  /** It was cleared, or it makes no sense: a gap of one interval. */
  readonly isReset: boolean
}

interface Seen {
  readonly value: number
  readonly atMs: number
  /** Counts the device's restarts. */
  readonly life: number
  /** What was read after it and made no sense, until the next reading says which of the two was wrong. */
  readonly suspect?: { readonly value: number; readonly atMs: number }
}

const MISSING: CounterReading = {
  value: undefined,
  growth: undefined,
  seconds: undefined,
  isReset: false,
}
const WRAP = 2 ** 32
/** A walk takes some seconds: two readings of one counter are so much further apart than the runs are. */
const JITTER_SECONDS = 5

/**
 * The counters of one device from run to run. A counter of 32 bits may wrap; a restart of the device starts all of them again; what falls
 * or leaps without a reason is held back for one run: a single garbled reading is then forgotten, a counter that was cleared goes on from there.
 */
export class CounterBook {
  readonly #seen = new Map<string, Seen>()
  readonly #recent = new Map<string, { readonly atMs: number; readonly growth: number }[]>()
  readonly #windowMs: number
  #nowMs = 0
  #upTime: { readonly ticks: number; readonly atMs: number } | undefined
  #life = 0

  /** @param windowMs how far back recent() looks */
  constructor(windowMs = 600_000) {
    this.#windowMs = windowMs
  }

  /** To be called before the readings of each run. */
  begin(nowMs: number, upTimeTicks: number): void {
    const before = this.#upTime
    if (before !== undefined && !upTimeWentOn(before.ticks, upTimeTicks, nowMs - before.atMs))
      this.#life++
    this.#upTime = { ticks: upTimeTicks, atMs: nowMs }
    this.#nowMs = nowMs
  }

  read(key: string, value: number | undefined, shape: CounterShape): CounterReading {
    if (value === undefined) return MISSING
    const before = this.#seen.get(key)
    if (before === undefined) return this.#startAt(key, value, false)
    if (before.life !== this.#life) return this.#startAt(key, value, value < before.value)
    const growth = this.#growth(before, value, shape)
    if (growth === 'unknowable') return this.#startAt(key, value, false)
    if (growth !== undefined) return this.#goOn(key, value, growth, before.atMs, false)
    const { suspect } = before
    const since = suspect && this.#growth(suspect, value, shape)
    if (suspect !== undefined && typeof since === 'number')
      return this.#goOn(key, value, since, suspect.atMs, true)
    this.#seen.set(key, { ...before, suspect: { value, atMs: this.#nowMs } })
    return { ...MISSING, isReset: true }
  }

  /** All growth within the window, as far as it was watched; undefined before there is any reading to compare with. */
  recent(key: string): number | undefined {
    const all = this.#recent.get(key)
    if (all === undefined) return undefined
    const sinceMs = this.#nowMs - this.#windowMs
    return all.reduce((sum, { atMs, growth }) => (atMs > sinceMs ? sum + growth : sum), 0)
  }

  #startAt(key: string, value: number, isReset: boolean): CounterReading {
    this.#seen.set(key, { value, atMs: this.#nowMs, life: this.#life })
    return { ...MISSING, value, isReset }
  }

  #goOn(
    key: string,
    value: number,
    growth: number,
    sinceMs: number,
    isReset: boolean,
  ): CounterReading {
    this.#seen.set(key, { value, atMs: this.#nowMs, life: this.#life })
    this.#remember(key, growth)
    return { value, growth, seconds: (this.#nowMs - sinceMs) / 1000, isReset }
  }

  /** What is older than the window is forgotten here, whether anybody asks for it or not. */
  #remember(key: string, growth: number): void {
    const recent = this.#recent.get(key) ?? []
    const sinceMs = this.#nowMs - this.#windowMs
    while (recent[0] !== undefined && recent[0].atMs <= sinceMs) recent.shift()
    if (growth > 0) recent.push({ atMs: this.#nowMs, growth })
    this.#recent.set(key, recent)
  }

  /** undefined where it can't be true. */
  #growth(
    before: { readonly value: number; readonly atMs: number },
    value: number,
    { bits, mostPerSecond }: CounterShape,
  ): number | 'unknowable' | undefined {
    const seconds = (this.#nowMs - before.atMs) / 1000 + JITTER_SECONDS
    const most = mostPerSecond * seconds
    // so long ago that it may have wrapped more than once
    if (bits === 32 && most >= WRAP / 2) return 'unknowable'
    const growth = value - before.value
    const unwrapped = growth < 0 && bits === 32 ? growth + WRAP : growth
    return unwrapped >= 0 && unwrapped <= most ? unwrapped : undefined
  }
}
