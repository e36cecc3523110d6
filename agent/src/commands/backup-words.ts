import { pickText, UsageError, type Language } from '@wardround/program'

const LONGEST = 256
const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/
/** Clocks of two people's machines differ. */
const AHEAD_MS = 300_000

/** A line of text from a person. @throws UsageError for an empty or a long one, or one with control characters */
export function readText(text: string, option: string, language: Language): string {
  const trimmed = text.trim()
  if (trimmed !== '' && trimmed.length <= LONGEST && !/\p{Cc}/u.test(trimmed)) return trimmed
  const message = {
    zh: `${option} 应为 1 到 ${LONGEST} 个可显示的字符`,
    en: `${option} takes 1 to ${LONGEST} printable characters`,
  }
  throw new UsageError(pickText(message, language))
}

/** A time that has been, of this host's time zone unless it says another. @throws UsageError */
export function readTime(text: string, option: string, nowMs: number, language: Language): number {
  const timeMs = parseTime(text.trim())
  if (timeMs !== undefined && timeMs <= nowMs + AHEAD_MS) return timeMs
  const message =
    timeMs === undefined
      ? {
          zh: `${option} “${text}”不是时间；应为 2026-11-22、2026-11-22 02:30 或 2026-11-22T02:30:00+08:00`,
          en: `${option} "${text}" is no time; expected 2026-11-22, 2026-11-22 02:30 or 2026-11-22T02:30:00+08:00`,
        }
      : { zh: `${option} ${text} 还没有到`, en: `${option} ${text} is still to come` }
  throw new UsageError(pickText(message, language))
}

/** Epoch ms; undefined for what is no time, a 31st of June among them. */
function parseTime(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] = match
  const isDay = new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDate() === Number(day)
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
  return isDay && Number.isFinite(timeMs) ? timeMs : undefined
}
