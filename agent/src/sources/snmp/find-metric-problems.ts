import type { LocalizedText } from '@wardround/protocol'
import type { OptionProblem } from '../../source.ts'
import type { SiteField, SiteMetric, SiteTag } from './site-metrics.ts'

/** The collector stamps these. */
const STAMPED_TAGS = new Set(['host', 'project', 'role', 'device_host'])

/** What is wrong with the metrics that a site describes. */
export function findMetricProblems(metrics: readonly SiteMetric[]): OptionProblem[] {
  const seen = new Set<string>()
  const tagsOf = new Map<string, string>()
  return metrics.flatMap((metric) => {
    const { measurement, table, tags = [], fields } = metric
    const ownTags = JSON.stringify(tags.map(({ name }) => name).toSorted())
    const otherTags = tagsOf.get(measurement) ?? ownTags
    tagsOf.set(measurement, ownTags)
    const doubles = fields.filter(({ name }) => {
      const key = `${measurement} ${name}`
      const isDouble = seen.has(key)
      seen.add(key)
      return isDouble
    })
    return [
      ...(fields.length === 0 ? [problem(measurement, NO_FIELD)] : []),
      ...(otherTags === ownTags ? [] : [problem(measurement, OTHER_TAGS)]),
      ...doubles.map(({ name }) => problem(`${measurement}.${name}`, TWICE)),
      ...fields.flatMap((field) => findFieldProblems(measurement, field, table !== undefined)),
      ...tags.flatMap((tag) => findTagProblems(measurement, tag, metric)),
      ...(table !== undefined &&
      !tags.some(({ column, index }) => column !== undefined || index === true)
        ? [problem(measurement, NO_ROW_TAG)]
        : []),
    ]
  })
}

function findFieldProblems(
  measurement: string,
  { name, oid, column, kind, states, scale }: SiteField,
  isTable: boolean,
): OptionProblem[] {
  const where = `${measurement}.${name}`
  const hasPlace = isTable
    ? column !== undefined && oid === undefined
    : oid !== undefined && column === undefined
  return [
    ...(hasPlace ? [] : [problem(where, isTable ? WANTS_COLUMN : WANTS_OID)]),
    ...(states !== undefined && (kind !== undefined || scale !== undefined)
      ? [problem(where, STATE_ALONE)]
      : []),
    ...(states !== undefined && hasDoubles(states.map(({ value }) => value))
      ? [problem(where, STATE_TWICE)]
      : []),
    ...(scale !== undefined && !(scale > 0) ? [problem(where, WRONG_SCALE)] : []),
  ]
}

function findTagProblems(
  measurement: string,
  { name, column, index, value }: SiteTag,
  { table, fields, tags = [] }: SiteMetric,
): OptionProblem[] {
  const where = `${measurement}.${name}`
  const given = [column, index === true ? index : undefined, value].filter(
    (each) => each !== undefined,
  )
  const needsTable = column !== undefined || index === true
  return [
    ...(STAMPED_TAGS.has(name) ? [problem(where, STAMPED)] : []),
    ...(given.length === 1 && (!needsTable || table !== undefined)
      ? []
      : [problem(where, WANTS_ONE)]),
    ...(fields.some((field) => field.name === name) ||
    tags.filter((tag) => tag.name === name).length > 1
      ? [problem(where, TWICE)]
      : []),
  ]
}

function hasDoubles(values: readonly number[]): boolean {
  return new Set(values).size < values.length
}

interface Wrong {
  readonly what: LocalizedText
  readonly expected: LocalizedText
}

function problem(where: string, { what, expected }: Wrong): OptionProblem {
  return {
    option: 'metrics',
    what: { zh: `${where}：${what.zh}`, en: `${where}: ${what.en}` },
    expected,
  }
}

const NO_FIELD: Wrong = {
  what: { zh: '没有字段', en: 'has no field' },
  expected: { zh: 'fields 中至少一个字段', en: 'one field at least' },
}
const OTHER_TAGS: Wrong = {
  what: {
    zh: '前面同名指标的标签不同',
    en: 'an entry of the same measurement before it has other tags',
  },
  expected: { zh: '相同的标签，或其他名称', en: 'the same tags, or another name' },
}
const TWICE: Wrong = {
  what: { zh: '名称出现了两次', en: 'the name is given twice' },
  expected: { zh: '互不相同的名称', en: 'a name of its own for each' },
}
const WANTS_COLUMN: Wrong = {
  what: { zh: '表的字段缺少列号', en: 'a field of a table wants its column' },
  expected: { zh: 'column: 列号，不写 oid', en: 'column: its number, and no oid' },
}
const WANTS_OID: Wrong = {
  what: { zh: '标量字段缺少 OID', en: 'a field outside of a table wants its OID' },
  expected: {
    zh: 'oid: 完整的 OID（通常以 .0 结尾），不写 column；或写 table',
    en: 'oid: the whole OID (mostly with .0 at its end), and no column; or table',
  },
}
const STATE_ALONE: Wrong = {
  what: { zh: 'states 不能与 kind、scale 同用', en: 'states goes with neither kind nor scale' },
  expected: { zh: '只写 states', en: 'states alone' },
}
const STATE_TWICE: Wrong = {
  what: { zh: '同一状态值出现了两次', en: 'one value of a state is given twice' },
  expected: { zh: '互不相同的 value', en: 'a value of its own for each' },
}
const WRONG_SCALE: Wrong = {
  what: { zh: 'scale 须大于 0', en: 'scale is not above 0' },
  expected: { zh: '如 0.1、1000', en: 'such as 0.1 or 1000' },
}
const STAMPED: Wrong = {
  what: { zh: '该标签由监控中心填写', en: 'the collector stamps this tag' },
  expected: { zh: '其他名称', en: 'another name' },
}
const WANTS_ONE: Wrong = {
  what: { zh: '标签的来源不明确', en: 'it is not clear where the tag comes from' },
  expected: {
    zh: 'column（列）、index: true（行号，仅表）、value（固定值）之一',
    en: 'one of column, index: true (both of a table) and value (a fixed one)',
  },
}
const NO_ROW_TAG: Wrong = {
  what: { zh: '表的各行没有可区分的标签', en: 'no tag tells the rows of the table apart' },
  expected: {
    zh: '至少一个标签写 index: true 或 column',
    en: 'a tag with index: true or column',
  },
}
