import { nearestName, parseDurationMs } from '@wardround/program'
import type { Catalogue, MeasurementFacts } from '../catalogue.ts'
import type { RuleSet } from '../compiled-rule.ts'
import type { ProblemList } from '../problem-list.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import { checkEvents } from './check-events.ts'
import { checkFindings } from './check-findings.ts'
import { EventTracks } from './event-tracks.ts'
import { parseValues } from './parse-values.ts'
import { stepsOf } from './run-unit-test.ts'
import type { RuleTest } from './unit-test-schema.ts'

type Path = RuleProblem['path']

/** What a test is checked against. */
export interface TestContext {
  readonly rules: RuleSet
  readonly catalogue: Catalogue
  readonly problems: ProblemList
}

/** Finds what the schema can't: names that nothing has, values that can't be read, times after the end. */
export function checkUnitTest(test: RuleTest, path: Path, context: TestContext): void {
  const { problems, rules } = context
  const before = problems.problems.length
  const everyMs = problems.attempt([...path, 'every'], () => readInterval(test.every)) ?? 0
  const lengths = test.series.map((series, index) =>
    checkSeries(series, [...path, 'series', index], context),
  )
  checkEvents(test.events, [...path, 'events'], problems)
  const signs = signLengths(test, path, problems)
  const findings = checkFindings(test.findings, [...path, 'findings'], problems)
  const values = Math.max(0, ...lengths, ...signs, ...findings)
  const steps = everyMs === 0 ? 0 : stepsOf(test, Math.max(values, new EventTracks(test).length))
  const endMs = problems.problems.length > before ? Infinity : (steps - 1) * everyMs
  for (const key of ['expect', 'phases'] as const)
    for (const [index, { at, rule }] of test[key].entries()) {
      const place = [...path, key, index]
      problems.attempt([...place, 'rule'], () => checkRule(rule, rules))
      problems.attempt([...place, 'at'], () => checkTime(at, endMs))
    }
}

/** How many values each of the signs has that are no samples. */
function signLengths(
  { pings, heartbeats, selfCheck }: RuleTest,
  path: Path,
  problems: ProblemList,
): number[] {
  const lengthOf = (place: Path, text: string) =>
    problems.attempt([...path, ...place], () => parseValues(text).length) ?? 0
  return [
    ...Object.entries(pings).map(([host, text]) => lengthOf(['pings', host], text)),
    ...Object.entries(heartbeats).map(([name, text]) => lengthOf(['heartbeats', name], text)),
    lengthOf(['selfCheck'], selfCheck ?? ''),
  ]
}

function readInterval(every: string): number {
  const everyMs = parseDurationMs(every)
  if (everyMs > 0) return everyMs
  throw new RuleTextError(
    0,
    { zh: '间隔为零', en: 'no time is between the values' },
    { zh: '大于零的时长，如 10s', en: 'more than none, such as 10s' },
  )
}

/** Returns how many values the longest of its fields has. */
function checkSeries(
  { measurement, tags, fields }: RuleTest['series'][number],
  path: Path,
  { catalogue, rules, problems }: TestContext,
): number {
  const facts = catalogue.measurement(measurement)
  if (facts === undefined && !rules.layouts.has(measurement))
    problems.attempt([...path, 'measurement'], () => {
      throw unknownMeasurement(measurement, [...catalogue.names, ...rules.layouts.keys()])
    })
  if (facts !== undefined) checkNames(facts, measurement, { tags, fields }, path, problems)
  for (const [tag, value] of Object.entries(tags))
    if (value === '') problems.add([...path, 'tags', tag], EMPTY_TAG, LEAVE_IT_OUT)
  const lengths = Object.entries(fields).map(
    ([field, text]) =>
      problems.attempt([...path, 'fields', field], () => parseValues(String(text)).length) ?? 0,
  )
  return Math.max(0, ...lengths)
}

function checkNames(
  facts: MeasurementFacts,
  measurement: string,
  { tags, fields }: Pick<RuleTest['series'][number], 'tags' | 'fields'>,
  path: Path,
  problems: ProblemList,
): void {
  const knownTags = [...facts.identifyingTags, ...facts.descriptiveTags, ...SUBJECT_TAGS]
  const knownFields = Object.keys(facts.fields)
  for (const tag of Object.keys(tags).filter((name) => !knownTags.includes(name)))
    problems.attempt([...path, 'tags', tag], () => {
      throw new RuleTextError(
        0,
        { zh: `“${measurement}”没有标签“${tag}”`, en: `"${measurement}" has no tag "${tag}"` },
        { zh: `以下之一：${knownTags.join('、')}`, en: `one of ${knownTags.join(', ')}` },
        nearestName(tag, knownTags),
      )
    })
  for (const field of Object.keys(fields).filter((name) => !knownFields.includes(name)))
    problems.attempt([...path, 'fields', field], () => {
      throw new RuleTextError(
        0,
        {
          zh: `“${measurement}”没有字段“${field}”`,
          en: `"${measurement}" has no field "${field}"`,
        },
        { zh: `以下之一：${knownFields.join('、')}`, en: `one of ${knownFields.join(', ')}` },
        nearestName(field, knownFields),
      )
    })
}

function unknownMeasurement(name: string, known: readonly string[]): RuleTextError {
  return new RuleTextError(
    0,
    { zh: `未知的测量项“${name}”`, en: `unknown measurement "${name}"` },
    {
      zh: '指标目录中的测量项，或某条规则读取的测量项',
      en: 'one of the metric catalogue, or one that a rule reads',
    },
    nearestName(name, known),
  )
}

function checkRule(id: string, { definitions }: RuleSet): void {
  if (definitions.has(id)) return
  throw new RuleTextError(
    0,
    { zh: `没有规则“${id}”`, en: `there is no rule "${id}"` },
    { zh: '规则的 id', en: "a rule's id" },
    nearestName(id, [...definitions.keys()]),
  )
}

function checkTime(at: string, endMs: number): void {
  if (parseDurationMs(at) <= endMs) return
  throw new RuleTextError(
    0,
    { zh: `${at} 在测试结束之后`, en: `${at} is after the end of the test` },
    {
      zh: `${endMs / 1000}s 以内；没有数据的时间用 lasts 表示`,
      en: `${endMs / 1000}s or less; "lasts" makes it longer, with nothing coming`,
    },
  )
}

const EMPTY_TAG = { zh: '标签的值为空', en: 'the tag is empty' }
const LEAVE_IT_OUT = {
  zh: '非空的值；没有该标签时不写',
  en: 'some text; a tag that is not there is left out',
}
