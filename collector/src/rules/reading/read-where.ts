import { nearestName } from '@wardround/program'
import type { MeasurementFacts } from '../catalogue.ts'
import type { Reading, RegexCheck } from './reading.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import { RuleTextError } from '../rule-problem.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { compileTagTest, regexIn, type TagTest } from './tag-filter.ts'

/** Reads what a rule's `where` asks of the tags of a measurement. */
export function readWhere(
  { where }: Pick<RuleDefinition, 'where'>,
  { name, facts }: { readonly name: string; readonly facts: MeasurementFacts },
  { path, problems, checkRegex }: Pick<Reading, 'path' | 'problems' | 'checkRegex'>,
): ReadonlyMap<string, TagTest> {
  const known = [...facts.identifyingTags, ...facts.descriptiveTags, ...SUBJECT_TAGS]
  const tests = new Map<string, TagTest>()
  for (const [tag, written] of Object.entries(where)) {
    const test = problems.attempt([...path, 'where', tag], () => {
      if (facts.undeclared !== true && !known.includes(tag)) throw unknownTag(tag, name, known)
      return checkedTagTest(written, checkRegex)
    })
    if (test !== undefined) tests.set(tag, test)
  }
  return tests
}

/** A test of patterns, none of which back-tracks. @throws RuleTextError */
export function checkedTagTest(
  written: string | readonly string[],
  checkRegex: RegexCheck,
): TagTest {
  const compiled = compileTagTest(written)
  for (const entry of [written].flat()) checkBackTracking(entry, checkRegex)
  return compiled
}

function unknownTag(tag: string, measurement: string, known: readonly string[]): RuleTextError {
  return new RuleTextError(
    0,
    { zh: `“${measurement}”没有标签“${tag}”`, en: `"${measurement}" has no tag "${tag}"` },
    { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
    nearestName(tag, known),
  )
}

function checkBackTracking(entry: string, checkRegex: RegexCheck): void {
  const regex = regexIn(entry)
  const trouble = regex === undefined ? undefined : checkRegex(regex.source)
  if (regex === undefined || trouble === undefined) return
  throw new RuleTextError(regex.at, trouble, {
    zh: '没有嵌套或重叠重复的正则表达式',
    en: 'a regular expression without nested or overlapping repetition',
  })
}
