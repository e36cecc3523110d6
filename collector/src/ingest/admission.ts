/** Lets connections in at a bounded rate, so that a mass reconnect leaves the event loop to those who are in already. */
export interface Admission {
  /** Resolves when it is the caller's turn: true; or at once with false when too many wait. */
  enter(): Promise<boolean>
  readonly waiting: number
}

export interface AdmissionLimits {
  readonly perSecond: number
  readonly maxWaiting: number
}

const TICK_MS = 50

/** A bucket that holds a tick's worth of turns; those who find it empty wait in line. */
export function openAdmission(
  { perSecond, maxWaiting }: AdmissionLimits,
  monotonicMs: () => number,
): Admission {
  const capacity = Math.max(1, Math.round((perSecond * TICK_MS) / 1000))
  const line: ((admitted: boolean) => void)[] = []
  /** With its fraction: a rate may be less than one a tick. */
  let turns = capacity
  let refilledAtMs = monotonicMs()
  let timer: NodeJS.Timeout | undefined

  const refill = () => {
    const elapsedMs = monotonicMs() - refilledAtMs
    if (elapsedMs < TICK_MS) return
    turns = Math.min(2 * capacity, turns + (elapsedMs * perSecond) / 1000)
    refilledAtMs += elapsedMs
  }
  const advance = () => {
    timer = undefined
    refill()
    for (; turns >= 1 && line.length > 0; turns--) line.shift()?.(true)
    if (line.length > 0) timer = setTimeout(advance, TICK_MS)
  }

  return {
    get waiting() {
      return line.length
    },
    enter() {
      refill()
      if (line.length === 0 && turns >= 1) {
        turns--
        return Promise.resolve(true)
      }
      if (line.length >= maxWaiting) return Promise.resolve(false)
      timer ??= setTimeout(advance, TICK_MS)
      return new Promise((resolve) => line.push(resolve))
    },
  }
}
