import { SERVICE_TIME } from './schema/contract-number.ts'
import { dayLengthMs, type ServiceCalendar } from './service-calendar.ts'

/** Time that a contract gives. */
export type ServiceTime =
  | { readonly kind: 'clock'; readonly lengthMs: number }
  /** Days of its calendar. */
  | { readonly kind: 'workdays'; readonly days: number }

const MINUTE_MS = 60_000
const PATTERN = new RegExp(SERVICE_TIME)

/** Of `30m`, `0.5h`, `2 workdays`. @throws RangeError where the text is none; one that passed the schema never is */
export function parseServiceTime(text: string): ServiceTime {
  const [, number, unit] = PATTERN.exec(text) ?? []
  if (number === undefined)
    throw new RangeError(`"${text}" is no time; expected such as 8h or 2 workdays`)
  const amount = Number(number)
  if (unit === 'm') return { kind: 'clock', lengthMs: amount * MINUTE_MS }
  if (unit === 'h') return { kind: 'clock', lengthMs: amount * 60 * MINUTE_MS }
  return { kind: 'workdays', days: amount }
}

/** How much service time that is on a calendar. */
export function lengthOn(time: ServiceTime, calendar: ServiceCalendar): number {
  return time.kind === 'clock' ? time.lengthMs : time.days * dayLengthMs(calendar)
}
