/** The clocks of one time zone. What they show is in ms, read as if it were UTC. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat

  /** @param timeZone an IANA name; undefined is the zone of this process, as it is now */
  constructor(timeZone: string | undefined) {
    this.#format = timeZone === undefined ? makeFormat({}) : formatOf(timeZone)
  }

  /** What the clocks show, in whole seconds. */
  at(epochMs: number): number {
    const parts = this.#format.formatToParts(epochMs)
    const [year, month, day, hour, minute, second] = FIELDS.map((field) =>
      Number(parts.find(({ type }) => type === field)?.value),
    )
    return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
  }

  /** How far the clocks are ahead of UTC. */
  offsetMs(epochMs: number): number {
    return this.at(epochMs) - Math.floor(epochMs / 1000) * 1000
  }

  /** When the clocks show this: of an hour that there is twice, the first or second, whichever is found; of one that there is not, an hour later. */
  toEpoch(wallMs: number): number {
    const guessMs = wallMs - this.offsetMs(wallMs)
    return wallMs - this.offsetMs(guessMs)
  }
}

/** Whether this system knows a time zone of the name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making one costs more than all else here; there are as many as zones in agent.yaml. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = makeFormat({ timeZone })
  formats.set(timeZone, made)
  return made
}

function makeFormat(zone: { readonly timeZone?: string }): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    ...zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}
