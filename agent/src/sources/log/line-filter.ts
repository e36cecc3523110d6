import { toGb18030 } from './gb18030-bytes.ts'
import { LiteralScan } from './literal-scan.ts'
import type { LogRule } from './log-rule.ts'
import type { LogEncoding } from './log-text.ts'

/** Whether the line between the two places may be one that a rule matches; false is certain. */
export type LineFilter = (bytes: Uint8Array, from: number, to: number) => boolean

/** RE2 takes them for k and s where case does not count; in UTF-8 and in GB18030. */
const ODD_LETTERS = [
  [0xe2, 0x84, 0xaa],
  [0xc5, 0xbf],
  [0x81, 0x36, 0xbf, 0x32],
  [0x81, 0x30, 0x97, 0x37],
].map((bytes) => Uint8Array.from(bytes))

/** What finds the few lines that are worth an expression; undefined where a rule must see all of them. */
export function makeLineFilter(
  rules: readonly Pick<LogRule, 'literals'>[],
  encoding: LogEncoding,
): LineFilter | undefined {
  const words: Uint8Array[] = [...ODD_LETTERS]
  for (const { literals } of rules) {
    if (literals === undefined) return undefined
    for (const literal of literals) {
      const forms = toBytes(literal, encoding)
      if (forms === undefined) return undefined
      words.push(...forms)
    }
  }
  const scan = new LiteralScan(words)
  return (bytes, from, to) => scan.holds(bytes, from, to)
}

/** As it may stand in the file. */
function toBytes(literal: string, encoding: LogEncoding): Uint8Array[] | undefined {
  const unicode = Buffer.from(literal)
  if (unicode.length === literal.length || encoding === 'utf-8') return [unicode]
  const chinese = toGb18030(literal)
  if (chinese === undefined) return undefined
  return encoding === 'auto' ? [unicode, chinese] : [chinese]
}
