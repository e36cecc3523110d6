import { maskPersonalData } from '../../mask-personal-data.ts'
import { maskSecrets } from '../../mask-secrets.ts'
import type { Options } from '../../option.ts'

/** UTF-8 bytes of an event's text. */
const MAX_EXCERPT_BYTES = 2_048
/** Characters that are looked through. */
const LOOKED_THROUGH = 3_072

/** Class, method and line of a frame; what is logged behind it is not part of it. */
const FRAME =
  /^\s{0,99}at [\w.$/<>@-]{1,500}\((?:[\w$-]{1,200}\.\w{1,20}(?::\d{1,7})?|Native Method|Unknown Source|<generated>)\)/
/** Begins what is said by itself. */
const CAUSE = /^\s{0,99}(?:Caused by|Suppressed): /

/** What a probe that watches a log lets a site set. */
export const EXCERPT_OPTION = {
  excerpt: {
    type: 'boolean',
    default: true,
    help: {
      zh: '事件是否附带日志原文的前几行（密码、SQL 中的值、证件号、手机号等已遮盖）；false 时只报告规则或错误码与次数',
      en: 'Whether events carry the first lines of a record (secrets, values in SQL, ID and phone numbers masked); false: only the rule or code, and counts',
    },
  },
} as const satisfies Options

/** The text of an event, where the site wants it sent. */
export function textFor(
  lines: readonly string[],
  { excerpt }: { readonly excerpt: boolean },
): { text?: string } {
  return excerpt ? { text: excerptOf(lines) } : {}
}

/** The first lines of a record for a person: without secrets, what could be a patient's, control characters and what is too long. */
export function excerptOf(lines: readonly string[]): string {
  // Masked before it is cut: half a pattern would let through what it names.
  const text = maskLogged(beginningOf(lines.join('\n')))
  // oxlint-disable-next-line no-control-regex -- exactly these are taken out
  return cutToBytes(text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' '), MAX_EXCERPT_BYTES)
}

/** Ends with a whole word: half a number or half an address is not known for what it is. */
function beginningOf(text: string): string {
  if (text.length <= LOOKED_THROUGH) return text
  return text.slice(0, LOOKED_THROUGH).replace(/\S{1,400}$/, '')
}

function maskLogged(text: string): string {
  return toPassages(text.split('\n'))
    .map((passage) => {
      const frame = FRAME.exec(passage)?.[0] ?? ''
      return frame + maskPersonalData(maskSecrets(passage.slice(frame.length)))
    })
    .join('\n')
}

/** Each frame by itself, and the messages between them: a quote that is not closed hides no frame. */
function toPassages(lines: readonly string[]): string[] {
  const passages: string[][] = []
  let isOpen = false
  for (const line of lines) {
    const isFrame = FRAME.test(line)
    if (isOpen && !isFrame && !CAUSE.test(line)) passages.at(-1)?.push(line)
    else passages.push([line])
    isOpen = !isFrame
  }
  return passages.map((passage) => passage.join('\n'))
}

function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text.toWellFormed())
  if (bytes.length <= most) return text.toWellFormed()
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd+$/, '')}…`
}
