import { upTimeWentOn } from './up-time.ts'

/** What is known of a counter before it is read. */
export interface CounterShape {
  readonly bits: 32 | 64
  /** No more than this can be true: the speed of the link, or what no device counts in a second. */
  readonly mostPerSecond: number
  /** false: nobody asks recent() for it. */
  readonly isRecalled?: boolean
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

/** A value and when it was read. */
interface Seen {
  readonly value: number
  readonly atMs: number
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

/** Of most counters of errors, at most times: one list for all of them. */
const NO_GROWTH: readonly Seen[] = []

/** Of a place: nothing was read yet, or the device's life in which it was. */
const NEVER = -1

/**
 * The counters of one device from run to run. A counter of 32 bits may wrap; a restart of the device starts all of them again; what falls
 * or leaps without a reason is held back for one run: a single garbled reading is then forgotten, a counter that was cleared goes on from there.
 * Each thing (a port) has the same number of counters, side by side in arrays: an agent keeps those of some thousand ports.
 */
export class CounterBook {
  readonly #width: number
  readonly #windowMs: number
  /** Where the counters of a thing begin. */
  readonly #places = new Map<string | number, number>()
  #values: Float64Array
  #times: Float64Array
  /** Counts the device's restarts; NEVER where nothing was read. */
  #lives: Int32Array
  /** What was read last and made no sense, until the next reading says which of the two was wrong. */
  readonly #suspects = new Map<number, Seen>()
  /** Growth within the window, by time; there from the first reading that had one before it. */
  readonly #recent = new Map<number, readonly Seen[]>()
  #nowMs = 0
  #upTime: { readonly ticks: number; readonly atMs: number } | undefined
  #life = 0

  /**
   * @param width how many counters each thing has
   * @param windowMs how far back recent() looks
   */
  constructor(width: number, windowMs = 600_000) {
    this.#width = width
    this.#windowMs = windowMs
    this.#values = new Float64Array(width)
    this.#times = new Float64Array(width)
    this.#lives = new Int32Array(width).fill(NEVER)
  }

  /** To be called before the readings of each run. */
  begin(nowMs: number, upTimeTicks: number): void {
    const before = this.#upTime
    if (before !== undefined && !upTimeWentOn(before.ticks, upTimeTicks, nowMs - before.atMs))
      this.#life++
    this.#upTime = { ticks: upTimeTicks, atMs: nowMs }
    this.#nowMs = nowMs
  }

  /** @param counter its number among those of the thing */
  read(
    thing: string | number,
    counter: number,
    value: number | undefined,
    shape: CounterShape,
  ): CounterReading {
    if (value === undefined) return MISSING
    const place = this.#placeOf(thing) + counter
    const life = this.#lives[place]
    const before = { value: this.#values[place] ?? 0, atMs: this.#times[place] ?? 0 }
    if (life === NEVER) return this.#startAt(place, value, false)
    if (life !== this.#life) return this.#startAt(place, value, value < before.value)
    const growth = this.#growth(before, value, shape)
    if (growth === 'unknowable') return this.#startAt(place, value, false)
    if (growth !== undefined) {
      this.#remember(place, growth, shape)
      return this.#goOn(place, value, growth, before.atMs, false)
    }
    const suspect = this.#suspects.get(place)
    const since = suspect && this.#growth(suspect, value, shape)
    if (suspect !== undefined && typeof since === 'number') {
      this.#remember(place, since, shape)
      return this.#goOn(place, value, since, suspect.atMs, true)
    }
    this.#suspects.set(place, { value, atMs: this.#nowMs })
    return { ...MISSING, isReset: true }
  }

  /** All growth within the window, as far as it was watched; undefined before there is any reading to compare with. */
  recent(thing: string | number, counter: number): number | undefined {
    const start = this.#places.get(thing)
    const all = start === undefined ? undefined : this.#recent.get(start + counter)
    if (all === undefined) return undefined
    const sinceMs = this.#nowMs - this.#windowMs
    return all.reduce((sum, { atMs, value }) => (atMs > sinceMs ? sum + value : sum), 0)
  }

  #placeOf(thing: string | number): number {
    const known = this.#places.get(thing)
    if (known !== undefined) return known
    const place = this.#places.size * this.#width
    this.#places.set(thing, place)
    if (place + this.#width > this.#lives.length) this.#grow()
    return place
  }

  #grow(): void {
    const length = 2 * this.#lives.length
    const [values, times] = [new Float64Array(length), new Float64Array(length)]
    const lives = new Int32Array(length).fill(NEVER)
    values.set(this.#values)
    times.set(this.#times)
    lives.set(this.#lives)
    this.#values = values
    this.#times = times
    this.#lives = lives
  }

  #startAt(place: number, value: number, isReset: boolean): CounterReading {
    this.#set(place, value)
    return { ...MISSING, value, isReset }
  }

  #goOn(
    place: number,
    value: number,
    growth: number,
    sinceMs: number,
    isReset: boolean,
  ): CounterReading {
    this.#set(place, value)
    return { value, growth, seconds: (this.#nowMs - sinceMs) / 1000, isReset }
  }

  #set(place: number, value: number): void {
    this.#values[place] = value
    this.#times[place] = this.#nowMs
    this.#lives[place] = this.#life
    this.#suspects.delete(place)
  }

  /** What is older than the window is forgotten here, whether anybody asks for it or not. */
  #remember(place: number, growth: number, { isRecalled = true }: CounterShape): void {
    if (!isRecalled) return
    const known = this.#recent.get(place)
    const sinceMs = this.#nowMs - this.#windowMs
    if (growth === 0 && known === NO_GROWTH) return
    const recent = (known ?? []).filter(({ atMs }) => atMs > sinceMs)
    if (growth > 0) recent.push({ value: growth, atMs: this.#nowMs })
    this.#recent.set(place, recent.length === 0 ? NO_GROWTH : recent)
  }

  /** undefined where it can't be true. */
  #growth(
    before: Seen,
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
