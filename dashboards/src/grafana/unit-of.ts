import type { LocalizedText, Unit } from '@wardround/protocol'
import { isWindowed } from '@wardround/query'
import type { Language } from './language.ts'
import { declaredField } from '../declared.ts'
import type { PanelQuery, Shown } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'

/** Grafana's name for each unit of the catalogue. */
const GRAFANA_UNITS: Readonly<Record<Unit, string>> = {
  percent: 'percent',
  bytes: 'bytes',
  seconds: 's',
  milliseconds: 'ms',
  celsius: 'celsius',
  rpm: 'rotrpm',
  volts: 'volt',
  milliamperes: 'mamp',
  watts: 'watt',
  dbm: 'dBm',
  hours: 'h',
  count: 'short',
  per_second: 'cps',
  bytes_per_second: 'binBps',
  megabits_per_second: 'Mbits',
  ratio: 'none',
  timestamp_seconds: 'dateTimeAsIso',
  timestamp_nanoseconds: 'dateTimeAsIso',
  sectors: 'short',
  state: 'none',
  boolean: 'none',
}

/** What a counter's unit becomes, per second. */
const RATE_UNITS: Partial<Readonly<Record<Unit, string>>> = {
  bytes: 'binBps',
  count: 'cps',
}

/** Grafana's unit of what is shown: what the board says, else the catalogue's of a single field, else the rule's. @throws Error where none says it */
export function unitOf({ unit, query, rule }: Shown, language: Language): string {
  if (unit !== undefined) return inLanguage(unit, language)
  const own = unitOfField(query)
  if (own !== undefined) return own
  if (rule !== undefined) return GRAFANA_UNITS[ruleOf(rule).unit]
  throw new Error(`${query.measurement}: a formula needs a unit or a rule`)
}

function unitOfField({ measurement, value }: PanelQuery): string | undefined {
  if (!isWindowed(value)) return undefined
  const { unit } = declaredField(measurement, value.field).declaration
  if (value.aggregate === 'count') return 'short'
  return value.aggregate === 'rate' ? RATE_UNITS[unit] : GRAFANA_UNITS[unit]
}

function inLanguage(unit: string | LocalizedText, language: Language): string {
  return typeof unit === 'string' ? unit : unit[language]
}
