import type { Unit } from '@wardround/protocol'
import { rangeIn, statesIn, unitIn } from '../language/check-expression.ts'
import { NO_SEVERITY } from '../reading/no-severity.ts'
import { compileNumeric } from '../language/compile-expression.ts'
import { calmBetween, compileLevel, neededReads, optionalReads } from '../levels/compile-level.ts'
import { keepMsOf, readLevel, type ReadLevel } from '../levels/read-level.ts'
import type { ValueRule } from '../compiled-rule.ts'
import { fieldsOf, readsOf, type Expression, type ReadNode } from '../language/expression.ts'
import { checkOrder } from '../levels/level-order.ts'
import { OneProbe } from '../language/one-probe.ts'
import { parseNumeric } from '../language/parse-expression.ts'
import { gapOf, type PointLayout } from '../points/point-layout.ts'
import type { ProblemList } from '../problem-list.ts'
import type { Reading } from '../reading/reading.ts'
import { ownLevels, readOverridden, type LevelsInPlace } from '../reading/read-overrides.ts'
import { readPurpose, type RulePurpose } from '../reading/read-purpose.ts'
import { readStaleMs } from '../reading/read-stale.ts'
import { readTemplates, SUBJECT_TAGS } from '../texts/read-templates.ts'
import { resolveMeasurement, type RuleMeasurement } from '../language/rule-measurement.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { readWhere } from '../reading/read-where.ts'
import { SEVERITIES } from '../severity.ts'
import { readCall, shownReads, type ShownRead } from '../texts/shown-reads.ts'
import type { TagTest } from '../reading/tag-filter.ts'

/** A rule about values whose texts have been read and checked; what is missing is where its cells stand. */
export interface ReadValueRule {
  readonly definition: RuleDefinition
  readonly measurement: RuleMeasurement
  readonly value: Expression
  readonly unit: Unit
  readonly where: ReadonlyMap<string, TagTest>
  readonly levels: readonly ReadLevel[]
  readonly overrides: readonly {
    readonly where: ReadonlyMap<string, TagTest>
    readonly levels: readonly ReadLevel[]
  }[]
  readonly purpose: RulePurpose
  readonly summary: ValueRule['summary']
  readonly shown: readonly ShownRead[]
  readonly details: readonly string[]
}

/** Reads a rule about values; undefined when something is wrong with it. */
export function readValueRule(
  definition: RuleDefinition,
  reading: Reading,
): ReadValueRule | undefined {
  const { path, problems } = reading
  const before = problems.problems.length
  if (definition.whenPing !== undefined) problems.add([...path, 'whenPing'], ONLY_NO_DATA)
  const resolved = readValue(definition, reading)
  if (resolved === undefined) return undefined
  const { value, measurement, unit } = resolved
  const where = readWhere(definition, measurement, reading)
  const levels = readLevels(ownLevels(definition, path), resolved, problems)
  if (SEVERITIES.every((severity) => definition[severity] === undefined))
    problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  const isRight = problems.problems.length === before
  const overrides = isRight ? readOverrides(definition, resolved, reading) : []
  const purpose = readPurpose(definition, reading.clauses, path, problems)
  const { summary, shown, details } = readSummary(definition, measurement, path, problems)
  if (summary === undefined || problems.problems.length > before) return undefined
  const text = { purpose, summary, shown, details }
  return { definition, measurement, value, unit, where, levels, overrides, ...text }
}

/** Gives a rule its place in the cells of its measurement's points. */
export function compileValueRule(read: ReadValueRule, layout: PointLayout): ValueRule {
  const overrides = read.overrides.map(({ where, levels }) => ({
    where,
    rule: compileWithLevels({ ...read, levels }, layout),
  }))
  return { ...compileWithLevels(read, layout), overrides }
}

function compileWithLevels(read: ReadValueRule, layout: PointLayout): ValueRule {
  const { definition, measurement, value, unit } = read
  const cellOf = (node: ReadNode) => layout.cellOf(node)
  const needed = [...readsOf(value), ...read.levels.flatMap(neededReads)]
  const sufficient = read.levels.flatMap(optionalReads)
  const needs = [...new Set(needed.map(cellOf))]
  const optional = [...new Set(sufficient.map(cellOf))]
  const states = statesIn(value, measurement)
  const functions = [...needed, ...sufficient, ...read.shown.map(({ node }) => node)]
  return {
    kind: 'value',
    id: definition.id,
    name: definition.name,
    summary: read.summary,
    unit,
    states,
    quote: definition.quote,
    ...read.purpose,
    measurement: measurement.name,
    identifyingTags: measurement.facts.identifyingTags,
    isUndeclared: measurement.facts.undeclared === true,
    where: read.where,
    overrides: [],
    needs,
    optional: optional.filter((cell) => !needs.includes(cell)),
    functions: layout.functionsAmong(functions),
    value: compileNumeric(value, cellOf),
    valueCell: value.kind === 'field' || value.kind === 'function' ? cellOf(value) : -1,
    calm: calmBetween(read.levels),
    levels: read.levels.map((level) => compileLevel(level, cellOf, { unit, states })),
    shown: new Map(
      read.shown.map(({ name, node, unit: itsUnit }) => [
        name,
        { cell: cellOf(node), unit: itsUnit, states: statesIn(node, measurement) },
      ]),
    ),
    details: read.details,
    staleMs: readStaleMs(definition),
    gapMs: gapOf(measurement.facts, fieldNamesOf(read)),
  }
}

/** The fields that a rule's levels are judged by. */
export function fieldNamesOf({ value, levels }: Pick<ReadValueRule, 'value' | 'levels'>): string[] {
  const others = levels.flatMap((level) => [...neededReads(level), ...optionalReads(level)])
  return [value, ...others].flatMap(fieldsOf).map(({ field }) => field)
}

interface ReadValue {
  readonly value: Expression
  readonly measurement: RuleMeasurement
  readonly unit: Unit
  readonly probe: OneProbe
}

function readValue(
  { value: text, unit: written, undeclared }: RuleDefinition,
  { catalogue, path, problems }: Reading,
): ReadValue | undefined {
  if (text === undefined) {
    problems.add(path, {
      zh: 'value、noData、event、finding 一个也没有',
      en: 'there is neither value nor noData nor event nor finding',
    })
    return undefined
  }
  return problems.attempt([...path, 'value'], () => {
    const value = parseNumeric(text)
    const measurement = resolveMeasurement(value, catalogue, undeclared)
    const derived = unitIn(value, measurement)
    if (derived === undefined && written === undefined) {
      throw new RuleTextError(
        0,
        { zh: '无法得知这个值的单位', en: "this value's unit is not known" },
        { zh: '规则中的 unit', en: 'a unit in the rule' },
      )
    }
    if (derived !== undefined && written !== undefined && derived !== written) {
      throw new RuleTextError(
        0,
        { zh: `这个值的单位是 ${derived}`, en: `this value's unit is ${derived}` },
        { zh: `unit: ${derived}`, en: `unit: ${derived}` },
      )
    }
    const probe = new OneProbe(measurement.facts.probes)
    probe.take(value)
    return { value, measurement, unit: written ?? derived ?? 'count', probe }
  })
}

function readLevels(
  { definition, placeOf }: LevelsInPlace,
  { value, measurement, unit, probe: ofValue }: ReadValue,
  problems: ProblemList,
): ReadLevel[] {
  const probe = ofValue.fork()
  const range = rangeIn(value, measurement)
  const declared = statesIn(value, measurement)
  const states = declared === undefined ? undefined : Object.keys(declared).map(Number)
  const keepMs = keepMsOf(definition)
  const levels: ReadLevel[] = []
  for (const severity of SEVERITIES) {
    const level = definition[severity]
    if (level === undefined) continue
    const place = placeOf(severity)
    const read = readLevel(
      severity,
      level,
      { value, measurement, unit, range, states, probe, keepMs },
      place,
      problems,
    )
    if (read === undefined) continue
    checkOrder(levels.at(-1), read, states, place, problems)
    levels.push(read)
  }
  return levels
}

/** What overrides make of the levels. They are read only once the rule itself is right: its mistakes are told once. */
function readOverrides(
  definition: RuleDefinition,
  resolved: ReadValue,
  reading: Reading,
): ReadValueRule['overrides'] {
  const { path: rulePath, problems } = reading
  return readOverridden(definition, rulePath, problems).map(({ where, path, levels }) => ({
    where: readWhere({ where }, resolved.measurement, { ...reading, path }),
    levels: levels === undefined ? [] : readLevels(levels, resolved, problems),
  }))
}

function readSummary(
  definition: RuleDefinition,
  measurement: RuleMeasurement,
  path: RuleProblem['path'],
  problems: ProblemList,
): Pick<ReadValueRule, 'shown' | 'details'> & {
  readonly summary: ValueRule['summary'] | undefined
} {
  const { identifyingTags, descriptiveTags, fields } = measurement.facts
  const fieldNames = Object.keys(fields).map((field) => `${measurement.name}.${field}`)
  const declared = [...identifyingTags, ...descriptiveTags, ...fieldNames]
  const free = measurement.facts.undeclared === true ? namesIn(definition, measurement.name) : []
  const known = ['value', ...SUBJECT_TAGS, ...declared, ...free]
  const checkCall = (text: string) => void readCall(text, measurement)
  const summary = readTemplates(definition, known, path, problems, checkCall)
  const names = [summary?.zh, summary?.en].flatMap((template) =>
    (template ?? []).flatMap(({ name }) => name ?? []),
  )
  const shown = shownReads(names, measurement)
  return { summary, shown, details: descriptiveTags.filter((tag) => names.includes(tag)) }
}

/** Names in a summary that may be tags, or fields of a measurement: of one that is in no catalogue. */
function namesIn({ summary }: RuleDefinition, measurement: string): string[] {
  const places = [...`${summary.zh} ${summary.en}`.matchAll(/\{\{\s*([^{}()]*?)\s*\}\}/gu)]
  return places
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('.') || name.startsWith(`${measurement}.`))
}

const ONLY_NO_DATA = {
  zh: 'whenPing 只用于 noData 规则',
  en: 'whenPing is for noData rules only',
}
