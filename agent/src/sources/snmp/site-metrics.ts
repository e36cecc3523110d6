import type { FieldDeclaration, MeasurementDeclaration, Unit } from '@wardround/protocol'
import type { OptionValue } from '../../option.ts'
import type { Measurements } from '../../probe.ts'
import type { METRICS_OPTION } from './metric-options.ts'
import { counter64Of, integerOf, textOf, type SnmpValue } from './snmp-value.ts'

/** One entry of the option `metrics`, as the site wrote it. */
export type SiteMetric = OptionValue<typeof METRICS_OPTION>[number]
export type SiteField = SiteMetric['fields'][number]
export type SiteTag = NonNullable<SiteMetric['tags']>[number]

/** @param options checked against the declaration */
export function toSiteMetrics({
  metrics,
}: Readonly<Record<string, unknown>>): readonly SiteMetric[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- config.ts checked it against METRICS_OPTION
  return Array.isArray(metrics) ? (metrics as readonly SiteMetric[]) : []
}

/** What the site's metrics declare; several entries may give parts of one measurement. */
export function toMeasurements(metrics: readonly SiteMetric[]): Measurements {
  const found: Record<string, MeasurementDeclaration> = {}
  for (const { measurement, tags = [], fields } of metrics) {
    const own = fields.map((field) => [field.name, toDeclaration(measurement, field)] as const)
    found[measurement] = {
      identifyingTags: tags.map(({ name }) => name),
      fields: { ...found[measurement]?.fields, ...Object.fromEntries(own) },
    }
  }
  return found
}

function toDeclaration(measurement: string, field: SiteField): FieldDeclaration {
  const { name, kind = 'gauge', unit = 'count', states, zh, en } = field
  const plain = `${measurement} ${name}`
  const help = { zh: zh ?? en ?? plain, en: en ?? zh ?? plain }
  if (states !== undefined)
    return {
      kind: 'state',
      unit: 'state',
      precision: 1,
      help,
      states: Object.fromEntries(
        states.map(({ value, ...texts }) => [value, { zh: texts.zh, en: texts.en }]),
      ),
    }
  return { kind, unit: unit satisfies Unit, precision: kind === 'counter' ? 1 : 0.001, help }
}

/**
 * What a value means for a field; undefined where it is missing: no number, one that the site said means nothing, a state that it does not know.
 * Numbers may come as texts.
 */
export function toFieldValue(field: SiteField, value: SnmpValue | undefined): number | undefined {
  if (value === undefined) return undefined
  if (field.states !== undefined) return toState(field.states, value)
  const number = toNumber(value)
  if (number === undefined || field.missing?.includes(number) === true) return undefined
  if (field.kind === 'counter' && number < 0) return undefined
  const scaled = number * (field.scale ?? 1)
  return field.kind === 'counter' ? Math.round(scaled) : scaled
}

function toState(states: NonNullable<SiteField['states']>, value: SnmpValue): number | undefined {
  const number = integerOf(value)
  const text = textOf(value)
  return states.find((state) =>
    number === undefined ? state.text !== undefined && state.text === text : state.value === number,
  )?.value
}

function toNumber(value: SnmpValue): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return counter64Of(value)
  const text = textOf(value)
  return text !== undefined && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}
