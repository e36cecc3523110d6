import type { Language } from '@wardround/program'
import { statesIn } from '../language/check-expression.ts'
import type { ReadValueRule } from '../values/compile-value-rule.ts'
import type { AbsenceRule, RuleText } from '../compiled-rule.ts'
import { fieldsOf } from '../language/expression.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import { goNumber } from './go-number.ts'
import { labelName } from './metric-selector.ts'
import { newest, readPromql, type PointSource } from './point-source.ts'

/** The message of a rule as a Go template: its value, its labels, and other numbers of the same point, for which it asks Prometheus. */
export function goTemplate(rule: ReadValueRule, source: PointSource, language: Language): string {
  return fillIn(rule, language, (name) => goPlace(name, rule, source, language))
}

/** The message of a rule about what is no more: for how long, and its labels. */
export function absenceTemplate(rule: AbsenceRule, language: Language): string {
  return fillIn(rule, language, (name) =>
    name === 'value'
      ? goNumber('$value', { unit: rule.unit }, language)
      : `{{ $labels.${labelName(name)} }}`,
  )
}

function fillIn(
  { summary }: Pick<RuleText, 'summary'>,
  language: Language,
  placeOf: (name: string) => string,
): string {
  return (language === 'en' ? summary.en : summary.zh)
    .map(({ text, name }) => (name === undefined ? text : text + placeOf(name)))
    .join('')
}

function goPlace(
  name: string,
  rule: ReadValueRule,
  source: PointSource,
  language: Language,
): string {
  const { value, unit, measurement, shown } = rule
  if (name === 'value')
    return goNumber('$value', { unit, states: statesIn(value, measurement) }, language)
  const here = ofThisPoint(source)
  const read = shown.find((candidate) => candidate.name === name)
  if (read !== undefined) {
    const kind = { unit: read.unit, states: statesIn(read.node, measurement) }
    return asked(readPromql(read.node, here), goNumber('.Value', kind, language), source)
  }
  const label = labelName(name)
  const [first] = fieldsOf(value)
  if (first === undefined || isIdentifying(name, rule)) return `{{ $labels.${label} }}`
  const query = `topk(1, group by (${label}) (${newest(first, here)}))`
  return asked(query, `{{ .Labels.${label} }}`, source)
}

function isIdentifying(name: string, { measurement }: ReadValueRule): boolean {
  return [...SUBJECT_TAGS, ...measurement.facts.identifyingTags].includes(name)
}

/** Where printf puts in the value of a label. */
const HOLE = '\u0000'

/** The one point that the alert is about. */
function ofThisPoint(source: PointSource): PointSource {
  const { matchers, labels } = source
  return { ...source, matchers: [...matchers, ...labels.map((label) => `${label}=${HOLE}`)] }
}

/** What a query gives, or a dash. */
function asked(query: string, shown: string, { labels }: PointSource): string {
  const pattern = query.replaceAll('%', '%%').replaceAll(HOLE, '%q')
  const times = query.split(HOLE).length - 1
  const values = Array.from(
    { length: times },
    (_, index) => `$labels.${labels[index % labels.length]}`,
  )
  return `{{ range query (printf ${JSON.stringify(pattern)} ${values.join(' ')}) }}${shown}{{ else }}—{{ end }}`
}
