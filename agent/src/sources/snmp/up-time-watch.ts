import type { Clocks } from '../../clocks.ts'

/** sysUpTime is 32 bits of hundredths of a second: it begins again after 497 days. */
const WRAP_TICKS = 2 ** 32
const MS_PER_TICK = 10
/** Agents answer from a cache of some seconds, and a device's clock is not ours: so much less is no restart. */
const TOLERANCE_TICKS = 500

/** Tells a restart of the device by its sysUpTime, which is then less than it should be; beginning again after 497 days is none. */
export class UpTimeWatch {
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  #newest: { ticks: number; atMs: number } | undefined
  /** Counted since the agent started. */
  restarts = 0

  constructor(clocks: Pick<Clocks, 'monotonicMs'>) {
    this.#clocks = clocks
  }

  /** undefined before the first answer. */
  get ticks(): number | undefined {
    return this.#newest?.ticks
  }

  /** Takes the sysUpTime of an answer. */
  note(ticks: number): void {
    const atMs = this.#clocks.monotonicMs()
    if (this.#newest !== undefined && isRestart(this.#newest, ticks, atMs)) this.restarts++
    this.#newest = { ticks, atMs }
  }
}

/** Less than it should be by now, and not because it began again. */
function isRestart(
  before: { readonly ticks: number; readonly atMs: number },
  ticks: number,
  atMs: number,
): boolean {
  const passed = (atMs - before.atMs) / MS_PER_TICK
  const expected = before.ticks + passed
  // a device whose clock is off by 1 % is still told from one that was restarted
  const slack = TOLERANCE_TICKS + passed / 100
  return ticks < expected - slack && Math.abs(ticks + WRAP_TICKS - expected) > slack
}
