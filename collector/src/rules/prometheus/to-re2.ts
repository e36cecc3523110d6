import { NotInPromql } from './not-in-promql.ts'

/** What RE2 hasn't: looking around, references back, named groups of ECMAScript's spelling, sets of nothing and of everything. */
const NOT_IN_RE2 = /^(?:\(\?(?:[=!]|<[=!])|\\[1-9k]|\[\^?\]|\\c)/

/** One escape, one group's beginning, or one character of a regular expression. */
const PART =
  /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|[pP]\{[^}]*\}|c[A-Za-z]|[^])|\(\?(?:<[=!]|<[^>]*>|[=!:])|\[\^?\]|[^]/gu

/**
 * A regular expression of a rule file (ECMAScript, fits anywhere) as a PromQL matcher wants it: RE2, anchored at both ends.
 * @throws NotInPromql where RE2 can't say it
 */
export function toRe2(source: string): string {
  const spelt = source.replaceAll(PART, (part) => {
    if (NOT_IN_RE2.test(part))
      throw new NotInPromql({
        zh: `正则表达式“${source}”中的“${part}”在 RE2 中没有对应写法`,
        en: `"${part}" of the regular expression "${source}" can't be said in RE2`,
      })
    return respell(part)
  })
  return anchored(spelt)
}

function respell(part: string): string {
  if (part.startsWith('\\u')) return `\\x{${part.replaceAll(/[^0-9a-fA-F]/g, '')}}`
  const property = /^\\([pP])\{(?:Script|sc|gc|General_Category)=(.*)\}$/u.exec(part)
  if (property !== null) return `\\${property[1]}{${property[2]}}`
  // names of groups say nothing where nothing is taken out of them
  return part.startsWith('(?<') ? '(?:' : part
}

/** PromQL's matchers fit the whole value alone. */
function anchored(re2: string): string {
  return `(?s:.*)(?:${re2})(?s:.*)`
}

/** A text of which nothing means more than itself. */
export function quoteRe2(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}
