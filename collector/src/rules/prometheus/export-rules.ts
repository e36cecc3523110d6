import { pickText, type Language } from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import type { Catalogue } from '../catalogue.ts'
import { fieldNamesOf, type ReadValueRule } from '../values/compile-value-rule.ts'
import type { AbsenceRule, RuleSet } from '../compiled-rule.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { absenceExpression } from './absence-expression.ts'
import type { ReadLevel } from '../levels/read-level.ts'
import { alertExpression, type AlertTiming } from './alert-expression.ts'
import { absenceTemplate, goTemplate } from './go-template.ts'
import { NotInPromql } from './not-in-promql.ts'
import type { Where } from './metric-selector.ts'
import { pointSource } from './point-source.ts'

/** An alerting rule of Prometheus. */
export interface PrometheusRule extends AlertTiming {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Rules that Prometheus evaluates one after the other: those of one measurement. */
export interface PrometheusGroup {
  readonly name: string
  readonly rules: readonly PrometheusRule[]
}

/** A rule that PromQL can't say. */
export interface UnsaidRule {
  readonly id: string
  readonly reason: LocalizedText
}

export interface ExportedRules {
  readonly groups: readonly PrometheusGroup[]
  readonly unsaid: readonly UnsaidRule[]
}

/** What is exported: rules as they were compiled, those about values as they were read, and the catalogue that they were read with. */
export interface RulesToExport {
  readonly rules: Pick<RuleSet, 'definitions' | 'absenceRules'>
  readonly read: readonly ReadValueRule[]
  readonly catalogue: Catalogue
}

/** Rules as Prometheus's: one for each severity, in groups by measurement. */
export function exportRules(given: RulesToExport, language: Language): ExportedRules {
  const groups = new Map<string, PrometheusRule[]>()
  const unsaid: UnsaidRule[] = []
  const byId = new Map<string, ReadValueRule | AbsenceRule>()
  for (const rule of given.read) byId.set(rule.definition.id, rule)
  for (const rule of given.rules.absenceRules) byId.set(rule.id, rule)
  for (const definition of given.rules.definitions.values()) {
    try {
      const rule = byId.get(definition.id)
      if (rule === undefined) throw new NotInPromql(reasonFor(definition))
      const { measurement, rules } =
        'kind' in rule
          ? exportAbsence(rule, definition, given.catalogue, language)
          : exportValue(rule, language)
      groups.set(measurement, [...(groups.get(measurement) ?? []), ...rules])
    } catch (error) {
      if (!(error instanceof NotInPromql)) throw error
      unsaid.push({ id: definition.id, reason: error.reason })
    }
  }
  return {
    groups: [...groups].map(([name, rules]) => ({ name: `wardround.${name}`, rules })),
    unsaid,
  }
}

function reasonFor({ event, finding }: RuleDefinition): LocalizedText {
  if (finding !== undefined) return OF_FINDINGS
  return event === undefined ? OF_CONNECTIONS : OF_EVENTS
}

const OF_FINDINGS: LocalizedText = {
  zh: '判断依据是项目文件与实际情况的核对结果，不是某个指标；Prometheus 中没有',
  en: 'what counts is what is found against project files, no metric; Prometheus has none of it',
}

const OF_CONNECTIONS: LocalizedText = {
  zh: '判断依据是与监控中心的连接，而不是某个指标；Prometheus 看不到这个连接',
  en: "what counts is a connection to the collector, no metric; Prometheus doesn't see it",
}

const OF_EVENTS: LocalizedText = {
  zh: '判断依据是事件（日志、trap、syslog），事件不是指标，Prometheus 中没有',
  en: 'what counts are events (log lines, traps, syslog), which are no metrics; Prometheus has none of them',
}

/** One definition's rules, and the measurement that they are about. */
interface ExportedRule {
  readonly measurement: string
  readonly rules: readonly PrometheusRule[]
}

function exportValue(rule: ReadValueRule, language: Language): ExportedRule {
  const { definition, measurement } = rule
  const annotations = annotationsOf(
    definition,
    goTemplate(rule, pointSource(measurement, fieldNamesOf(rule), definition.where), language),
    language,
  )
  const rules = partsOf(rule).flatMap(({ levels, where, others, labels }) => {
    const fields = fieldNamesOf({ ...rule, levels })
    const source = pointSource(measurement, fields, definition.where, where)
    return levels.map((level) => ({
      alert: definition.id,
      ...alertExpression({ rule, level, others }, source),
      labels: { ...labelsOf(definition, level.timing.severity), ...labels },
      annotations,
    }))
  })
  return { measurement: measurement.name, rules }
}

/** The levels of a rule for some of its points. */
interface RulePart {
  readonly levels: readonly ReadLevel[]
  /** What lets these points through, beside the rule's own. */
  readonly where: Where
  /** Points for which another part stands. */
  readonly others: readonly Where[]
  readonly labels: Readonly<Record<string, string>>
}

/** The rule itself, and what stands in its place elsewhere: the first override that fits holds. */
function partsOf({ definition, levels, overrides }: ReadValueRule): RulePart[] {
  const wheres = definition.overrides.map(({ where }) => where)
  const itself = { levels, where: {}, others: wheres, labels: {} }
  return [
    itself,
    ...overrides.map((override, index) => ({
      levels: override.levels,
      where: wheres[index] ?? {},
      others: wheres.slice(0, index),
      labels: { override: String(index + 1) },
    })),
  ]
}

function exportAbsence(
  rule: AbsenceRule,
  definition: RuleDefinition,
  catalogue: Catalogue,
  language: Language,
): ExportedRule {
  const facts = catalogue.measurement(rule.measurement)
  if (facts === undefined) throw new RangeError(`no measurement ${rule.measurement}`)
  const measurement = { name: rule.measurement, facts }
  const fields = rule.field === undefined ? undefined : [rule.field]
  const source = pointSource(measurement, fields, definition.where)
  const annotations = annotationsOf(definition, absenceTemplate(rule, language), language)
  const rules = rule.levels.map((level) => ({
    alert: rule.id,
    ...absenceExpression(rule, level, measurement, source),
    labels: labelsOf(definition, level.severity),
    annotations,
  }))
  return { measurement: rule.measurement, rules }
}

function labelsOf({ clauses, numbers }: RuleDefinition, severity: string): Record<string, string> {
  return { severity, ...(clauses.length > 0 && { clauses: clauses.join(',') }), numbers }
}

function annotationsOf(
  { name, runbook }: RuleDefinition,
  summary: string,
  language: Language,
): Record<string, string> {
  return {
    name: pickText(name, language),
    summary,
    ...(runbook !== undefined && { runbook: pickText(runbook, language) }),
  }
}
