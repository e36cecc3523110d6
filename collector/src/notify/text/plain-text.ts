import { fitMessage } from './fit.ts'
import type { NoticeText } from './notice-text.ts'

/** A notice as plain text: for e-mail, SMS and whoever shows no more than text. */
export function toPlainText(text: NoticeText, maxBytes = 64 * 1024, lead = ''): string {
  const [only, ...others] = text.alerts
  const isOne = only !== undefined && others.length === 0 && text.truncated === 0
  const head = [text.title, lead]
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')
  const colon = text.language === 'en' ? ': ' : '：'
  const message = fitMessage(
    {
      head,
      blocks: isOne
        ? only.facts.map(([label, value]) => `${label}${colon}${value}\n`)
        : text.alerts.map(({ line }) => `- ${line}\n`),
      tail: (leftOut) => {
        const count = (isOne ? 0 : leftOut) + text.truncated
        return `${count > 0 ? `${text.more(count)}\n` : ''}${text.link?.url ?? ''}`
      },
    },
    maxBytes,
  )
  return message.trimEnd()
}
