import type { LocalizedText } from '@wardround/protocol'
import {
  defineProbe,
  NoDataError,
  ProbeError,
  type Measurements,
  type ProbeRun,
} from '../../probe.ts'
import { toFieldValue, type SiteMetric, type SiteTag } from '../../sources/snmp/site-metrics.ts'
import type { SnmpPoll, SnmpRow } from '../../sources/snmp/snmp-session.ts'
import { integerOf, textOf, type SnmpValue } from '../../sources/snmp/snmp-value.ts'
import { snmp } from '../../sources/snmp.ts'

/** What each entry describes by itself comes in beside it. */
const NONE: Measurements = {}
const MAX_ROWS = 200

type Run = ProbeRun<SnmpPoll, Measurements, undefined>

/** Measurements that the site describes in agent.yaml, for devices without probes of their own. Source: any MIB. Needs: its objects in the view. */
export default defineProbe({
  name: 'snmp.metrics',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'moderate',
  reads: 'the objects that the entry of the source names',
  needs: 'none',
  help: {
    zh: '数据源的 metrics 所描述的指标',
    en: 'What the option metrics of the source describes',
  },
  measurements: NONE,
  emitsDeclared: true,
  async sample(run) {
    const { metrics } = run.session.settings
    if (metrics === undefined || metrics.length === 0)
      throw new NoDataError({
        zh: '该数据源没有描述指标（metrics）',
        en: 'this source describes no metrics',
      })
    let failure: ProbeError | undefined
    for (const metric of metrics) {
      try {
        await (metric.table === undefined ? readScalars(run, metric) : readTable(run, metric))
      } catch (error) {
        // the others may be there all the same, unless the device itself is gone or the time is up
        if (!(error instanceof ProbeError) || error.isTold || run.signal.aborted) throw error
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
  },
})

async function readScalars(
  run: Run,
  { measurement, tags = [], fields }: SiteMetric,
): Promise<void> {
  const oids = fields.flatMap(({ oid }) => oid ?? [])
  const values = await run.session.get(oids, run.signal)
  const named = fields.map((field) => [
    field.name,
    toFieldValue(field, values.get(field.oid ?? '')),
  ])
  run.emit(measurement, toTags(tags, '', new Map()), Object.fromEntries(named))
}

async function readTable(run: Run, metric: SiteMetric): Promise<void> {
  const { measurement, table = '', maxRows = MAX_ROWS, tags = [], fields } = metric
  const columns = new Set([...tags, ...fields].flatMap(({ column }) => column ?? []))
  const rows = await run.session.table(table, [...columns], run.signal, { maxRows })
  const seen = new Set<string>()
  for (const [index, row] of rows) {
    const own = toTags(tags, index, row)
    const key = JSON.stringify(own)
    if (seen.has(key)) {
      run.remark(doubleRows(measurement))
      continue
    }
    seen.add(key)
    const named = fields.map((field) => [
      field.name,
      toFieldValue(field, row.get(field.column ?? 0)),
    ])
    run.emit(measurement, own, Object.fromEntries(named))
  }
}

function toTags(tags: readonly SiteTag[], index: string, row: SnmpRow): Record<string, string> {
  return Object.fromEntries(
    tags.map(({ name, column, value }) => [
      name,
      value ?? (column === undefined ? index.slice(0, 256) : toTag(row.get(column))),
    ]),
  )
}

/** '' where the device gives none. */
function toTag(value: SnmpValue | undefined): string {
  const number = integerOf(value)
  return number === undefined ? (textOf(value) ?? '') : String(number)
}

function doubleRows(measurement: string): LocalizedText {
  return {
    zh: `${measurement} 有多行的标签相同，只取第一行：请在 metrics 中增加可区分的标签（如 index: true）`,
    en: `rows of ${measurement} have the same tags and the first alone counts: add a tag to metrics that tells them apart (such as index: true)`,
  }
}
