import { NotInRe2, toRe2 as spellAsRe2 } from '@wardround/query'
import { NotInPromql } from './not-in-promql.ts'

/**
 * A regular expression of a rule file (ECMAScript, fits anywhere) as a PromQL matcher wants it: RE2, anchored at both ends.
 * @throws NotInPromql where RE2 can't say it
 */
export function toRe2(source: string): string {
  return anchored(spelt(source))
}

function spelt(source: string): string {
  try {
    return spellAsRe2(source)
  } catch (error) {
    if (!(error instanceof NotInRe2)) throw error
    throw new NotInPromql({
      zh: `正则表达式“${source}”中的“${error.part}”在 RE2 中没有对应写法`,
      en: `"${error.part}" of the regular expression "${source}" can't be said in RE2`,
    })
  }
}

/** PromQL's matchers fit the whole value alone. */
function anchored(re2: string): string {
  return `(?s:.*)(?:${re2})(?s:.*)`
}
