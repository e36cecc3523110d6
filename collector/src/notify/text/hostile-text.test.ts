import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { toChatMarkdown } from './chat-markdown.ts'
import { toHtml } from './html.ts'
import { toNoticeText } from './notice-text.ts'
import { toPlainText } from './plain-text.ts'

// Row S9, in the forms that notices are written in; by way of each channel: describe-robot.ts, email.test.ts, http.test.ts.

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  // What acts somewhere, in any order.
  fc
    .array(
      fc.constantFrom(
        ...Array.from('@<>*_`[]()#!|~&"\'\\/={};$'),
        '@all',
        'http://',
        '<script>',
        '<at id=all>',
        '{{value}}',
        '\r\n',
        '\u2028',
        '\u001b[31m',
        '\u009b31m',
        '\u202e',
        'x',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
)

/** A notice that holds text of unknown origin wherever it may stand. */
function hostileNotice(one: string, other: string) {
  const alert = anAlert({
    host: one,
    name: { zh: other, en: other },
    summary: { zh: `${one}${other}`, en: one },
    labels: { ...anAlert().labels, host: one, path: other },
    runbook: { zh: other, en: other },
  })
  const told = aNoticeAlert({ alert, quote: one, claimedBy: other })
  return toNoticeText(aNotice({ alerts: [told], people: [{ name: one, phone: '' }] }))
}

/** A line feed ends our own lines. */
const CONTROLS = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u

/** Our own Markdown and HTML; what is left of a message without it may hold nothing that acts. */
const OWN_MARKDOWN = /^### |\*\*[^*\n]+\*\*：|^\[查看详情\]\(\S+\)$/gm
const OWN_TAGS =
  /<!doctype html>|<\/?(?:html|head|body|h2|h3|p|table|tr|td|meta|a)(?: (?:style|charset|href)="[^"<>]*")*>/g

test('10,000 hostile texts act nowhere: not in plain text, not in Markdown, not in HTML', () => {
  const style = {
    lineEnd: '\n',
    heading: (title: string) => `### ${title}`,
    bold: (label: string) => `**${label}**`,
    lead: '',
    mentions: '',
    maxBytes: 20_000,
  }
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (one, other) => {
      const notice = hostileNotice(one, other)
      const plain = toPlainText(notice)
      const html = toHtml(notice)
      const markdown = toChatMarkdown(notice, style)
      for (const message of [plain, html, markdown]) {
        expect(message).not.toMatch(CONTROLS)
        expect(message.isWellFormed()).toBe(true)
      }
      // One line for each fact: nothing begins a line of its own.
      expect(plain.split('\n').length).toBeLessThanOrEqual(
        3 + (notice.alerts[0]?.facts.length ?? 0),
      )
      expect(markdown.replace(OWN_MARKDOWN, '')).not.toMatch(/[@<>*`[\]]/)
      expect(html.replace(OWN_TAGS, '')).not.toMatch(/[<>"]/)
    }),
    { numRuns: 10_000 },
  )
})
