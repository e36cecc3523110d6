import { nearestName } from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import { ProblemList } from '../rules/problem-list.ts'
import { openRegexCheck } from '../rules/reading/check-regex.ts'
import { regexIn } from '../rules/reading/tag-filter.ts'
import { fitsWithoutLabels, MEASUREMENT, type LabelConditions } from './dispatch/alert-matcher.ts'
import { hasRegex } from './dispatch/compile-dispatch.ts'
import { readMatcher } from './dispatch/settings-check.ts'

/** A silence that can't be made. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

/** Refuses conditions that fit nothing, as the name of a rule that there is not, and those that fit nearly everything. @throws SilenceError */
export async function checkSilenceConditions(
  where: LabelConditions,
  { labels, rules }: { readonly labels: ReadonlySet<string>; readonly rules: ReadonlySet<string> },
): Promise<void> {
  const checkRegex = hasRegex(where) ? await openRegexCheck() : () => undefined
  const problems = new ProblemList()
  const known = { labels: new Set([...labels, MEASUREMENT]), rules, checkRegex }
  readMatcher(where, ['where'], known, problems)
  const [first] = problems.problems
  if (first === undefined) {
    if (fitsWithoutLabels(where)) throw new SilenceError(FITS_ALL)
    return
  }
  const { path, what, suggestion } = first
  const near = didYouMean(suggestion)
  const place = path.join('.')
  throw new SilenceError({
    zh: `${place}：${what.zh}${near.zh}`,
    en: `${place}: ${what.en}${near.en}`,
  })
}

/** Hosts that conditions name and nobody has heard of: they may come yet, or be misspelt. */
export function unknownHosts(where: LabelConditions, names: Iterable<string>): LocalizedText[] {
  const known = new Set(names)
  const named = [where['host'] ?? []]
    .flat()
    .filter((entry) => regexIn(entry) === undefined)
    .map((entry) => entry.replace(/^!/, ''))
  return named
    .filter((name) => name !== '' && !known.has(name))
    .map((name) => {
      const near = didYouMean(nearestName(name, [...known]))
      return {
        zh: `静默已建立，但目前没有名为“${name}”的主机或设备，它接入后才起作用${near.zh}`,
        en: `the silence is made, but no host or device is called "${name}" as yet: it has an effect when one comes${near.en}`,
      }
    })
}

function didYouMean(name: string | undefined): LocalizedText {
  return name === undefined
    ? { zh: '', en: '' }
    : { zh: `；是否想写“${name}”？`, en: `; did you mean "${name}"?` }
}

const FITS_ALL: LocalizedText = {
  zh: 'where：所有条件对没有这些标签的告警也成立，会静默过多告警；至少写一个不匹配空值的条件，例如 {"host": "db1"}',
  en: 'where: every condition also fits alerts without its label, so far too many would be silent; expected at least one that does not fit an empty value, such as {"host": "db1"}',
}
