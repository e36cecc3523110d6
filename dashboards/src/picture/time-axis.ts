import { text } from './markup.ts'

/** What is shown; epoch ms. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** IANA name. */
  readonly timeZone: string
}

const MARKS = 5
const DAY_MS = 86_400_000

/** Hours and minutes; of more than two days, days. */
export function timeAxis(span: Span, x: (timeMs: number) => number, y: number): string {
  const { fromMs, toMs, timeZone } = span
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...(toMs - fromMs > 2 * DAY_MS
      ? { month: '2-digit', day: '2-digit' }
      : { hour: '2-digit', minute: '2-digit' }),
  })
  return Array.from({ length: MARKS }, (_, at) => {
    const timeMs = fromMs + ((at + 0.5) / MARKS) * (toMs - fromMs)
    return `<text class="axis" text-anchor="middle" x="${x(timeMs)}" y="${y}">${text(words.format(timeMs))}</text>`
  }).join('')
}
