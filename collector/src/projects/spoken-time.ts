import type { LocalizedText } from '@wardround/program'
import { formatDay } from './civil-day.ts'
import { parseServiceTime } from './service-time.ts'
import type { WorkDays } from './work-days.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A time that a contract gives, as people say it: of `0.5h` 30 分钟, 30 minutes; of `2 workdays` 2 个工作日, 2 working days. */
export function sayServiceTime(text: string): LocalizedText {
  const time = parseServiceTime(text)
  if (time.kind === 'workdays')
    return { zh: `${time.days} 个工作日`, en: count(time.days, 'working day') }
  const minutes = time.lengthMs / MINUTE_MS
  return minutes < 60 || minutes % 30 !== 0
    ? { zh: `${minutes} 分钟`, en: count(minutes, 'minute') }
    : { zh: `${minutes / 60} 小时`, en: count(minutes / 60, 'hour') }
}

/** `2026-11-22 08:30`, as the zone's clocks show it. */
export function formatTime(workDays: WorkDays, atMs: number): string {
  const wallMs = workDays.wallAt(atMs)
  const day = Math.floor(wallMs / DAY_MS)
  return `${formatDay(day)} ${new Date(wallMs).toISOString().slice(11, 16)}`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
