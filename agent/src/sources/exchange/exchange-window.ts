/** A stretch of business time: from (included) to (not included), epoch ms. */
export interface ExchangeWindow {
  readonly fromMs: number
  readonly toMs: number
}

const DAY_MS = 86_400_000
/** The first of January 1970 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/**
 * The latest whole window that ended at least `settleMs` ago. Windows begin at local midnight, those shorter than a day at whole parts of it, those
 * of whole weeks on Monday.
 */
export function latestWindow(
  nowMs: number,
  windowMs: number,
  settleMs: number,
  timeZone: string,
): ExchangeWindow {
  const settledMs = nowMs - settleMs
  const localMs = settledMs + offsetMs(settledMs, timeZone)
  const originMs = windowMs % (7 * DAY_MS) === 0 ? FIRST_MONDAY_MS : 0
  const endMs = originMs + Math.floor((localMs - originMs) / windowMs) * windowMs
  return {
    fromMs: toUniversal(endMs - windowMs, timeZone),
    toMs: toUniversal(endMs, timeZone),
  }
}

/** `2026-11-21 00:00:00` on the clocks of the zone. */
export function formatLocal(ms: number, timeZone: string): string {
  return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 19).replace('T', ' ')
}

/** `+08:00` */
export function formatOffset(ms: number, timeZone: string): string {
  const minutes = Math.round(offsetMs(ms, timeZone) / 60_000)
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const digits = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}

/** When the clocks of the zone show this; of an hour that there is twice, the first or second, whichever is found. */
export function toUniversal(localMs: number, timeZone: string): number {
  const guessMs = localMs - offsetMs(localMs, timeZone)
  return localMs - offsetMs(guessMs, timeZone)
}

/** How far the zone's clocks are ahead of UTC. */
function offsetMs(ms: number, timeZone: string): number {
  const parts = formatterOf(timeZone).formatToParts(ms)
  const [year, month, day, hour, minute, second] = FIELDS.map((field) =>
    Number(parts.find(({ type }) => type === field)?.value),
  )
  const localMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
  return localMs - Math.floor(ms / 1000) * 1000
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one costs more than all else here; there are as many as zones in agent.yaml. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}
