import type { Language } from '@wardround/program'
import { fitMessage } from './fit.ts'
import type { AlertText, NoticeText } from './notice-text.ts'
import type { Standing } from './notice-title.ts'

/** How a chat service writes what Markdown has no common form for. */
export interface ChatStyle {
  readonly lineEnd: string
  /** Makes text of unknown origin, which never stands at the beginning of a line, no more than text to the service. */
  readonly inert: (text: string) => string
  readonly heading: (text: string, standing: Standing) => string
  readonly bold: (text: string) => string
  /** What stands before the first alert, as a keyword that the service asks for. */
  readonly lead: string
  /** What makes the service mention people. */
  readonly mentions: string
  readonly maxBytes: number
  readonly sizeOf?: (text: string) => number
}

/** What would end the address of a link. */
const LINK_ESCAPES: Readonly<Record<string, string>> = {
  '(': '%28',
  ')': '%29',
  '<': '%3C',
  '>': '%3E',
}

/** A notice as the Markdown of a chat service: one alert with all that is known of it, several as a list, as many as there is room for. */
export function toChatMarkdown(text: NoticeText, style: ChatStyle): string {
  const { lineEnd } = style
  const [only, ...others] = text.alerts
  const isOne = only !== undefined && others.length === 0 && text.truncated === 0
  const headings = [style.heading(style.inert(text.title), text.standing), style.lead]
  const link = text.link === undefined ? '' : formatLink(text.link)
  return fitMessage(
    {
      head: headings
        .filter((line) => line !== '')
        .map((line) => line + lineEnd)
        .join(''),
      blocks: isOne
        ? factLines(only, text.language, style)
        : text.alerts.map((one) => listLine(one, style)),
      tail: (leftOut) => {
        const count = (isOne ? 0 : leftOut) + text.truncated
        const more = count > 0 ? text.more(count) + lineEnd : ''
        return more + [link, style.mentions].filter((part) => part !== '').join(lineEnd)
      },
    },
    style.maxBytes,
    style.sizeOf,
  )
}

function formatLink({ label, url }: NonNullable<NoticeText['link']>): string {
  return `[${label}](${url.replace(/[()\s<>]/g, (character) => LINK_ESCAPES[character] ?? '%20')})`
}

function factLines(
  { facts }: AlertText,
  language: Language,
  { bold, inert, lineEnd }: ChatStyle,
): string[] {
  const colon = language === 'en' ? ': ' : '：'
  return facts.map(([label, value]) => `${bold(label)}${colon}${inert(value)}${lineEnd}`)
}

function listLine({ line }: AlertText, { inert, lineEnd }: ChatStyle): string {
  return `- ${inert(line)}${lineEnd}`
}
