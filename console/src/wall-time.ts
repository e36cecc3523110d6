import { computed, signal } from '@preact/signals'

/** IANA name of the zone whose clocks the site goes by, as the collector says; the browser's own until it has. */
export const timeZone = signal<string | undefined>(undefined)

/** What the clocks of a place show. */
export interface WallTime {
  /** `2026-11-22` */
  readonly date: string
  /** `09:05:07` */
  readonly time: string
}

/** What the site's clocks show at a time. */
export function wallTime(timeMs: number, zone: string | undefined = timeZone.value): WallTime {
  const [date = '', time = ''] = formatOf(zone).format(timeMs).split(' ')
  return { date, time }
}

/** The site's zone, where this browser's clocks show another time now. */
export const foreignZone = computed(() => {
  const zone = timeZone.value
  const nowMs = Date.now()
  const format = (of: string | undefined) => formatOf(of).format(nowMs)
  return zone === undefined || format(zone) === format(undefined) ? undefined : zone
})

const formats = new Map<string | undefined, Intl.DateTimeFormat>()

/** Making one costs more than all else here. */
function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = makeFormat(zone)
  formats.set(zone, made)
  return made
}

/** Swedish writes times as ISO 8601 does. */
function makeFormat(zone: string | undefined): Intl.DateTimeFormat {
  const form = { dateStyle: 'short', timeStyle: 'medium' } as const
  try {
    return new Intl.DateTimeFormat('sv-SE', zone === undefined ? form : { ...form, timeZone: zone })
  } catch {
    // an old browser does not know the zone: then the times are its own
    return new Intl.DateTimeFormat('sv-SE', form)
  }
}
