import type { SeriesTable } from '@wardround/protocol'
import { PROBE_ERROR_CODES, type Measurements, type ProbeErrorCode } from './probe.ts'
import type { SampleSink } from './sample-sink.ts'
import type { Tick } from './scheduler.ts'
import { NO_SERIES, SeriesIndex, type RowTags, type SeriesRow } from './series-index.ts'

/** How one run of a probe went. */
export interface RunReport {
  readonly probe: string
  /** Name of the source that it looked at. */
  readonly target: string
  readonly success: boolean
  readonly durationMs: number
  readonly samples: number
  readonly errorCode: ProbeErrorCode | undefined
}

/** The measurement `probe`: one row for every run of every probe, written by the runner. */
export const PROBE_MEASUREMENT = {
  probe: {
    identifyingTags: ['probe', 'target'],
    fields: {
      success: {
        kind: 'state',
        unit: 'boolean',
        precision: 1,
        help: { zh: '本次采集是否成功', en: 'Whether the run succeeded' },
        states: { 0: { zh: '失败', en: 'failed' }, 1: { zh: '成功', en: 'succeeded' } },
      },
      duration_ms: {
        kind: 'gauge',
        unit: 'milliseconds',
        precision: 0.001,
        help: { zh: '本次采集用时', en: 'How long the run took' },
      },
      samples: {
        kind: 'gauge',
        unit: 'count',
        precision: 1,
        help: { zh: '本次采集得到的样本数', en: 'Samples that the run gave' },
      },
      error_code: {
        kind: 'state',
        unit: 'state',
        precision: 1,
        help: { zh: '失败原因；0 为无', en: 'Why it failed; 0: it did not' },
        states: {
          0: { zh: '无', en: 'none' },
          1: { zh: '意外错误', en: 'unexpected error' },
          2: { zh: '超时', en: 'deadline passed' },
          3: { zh: '样本过多', en: 'too many samples' },
          4: { zh: '无法读取', en: 'unreadable' },
          5: { zh: '无法解析', en: 'unparsable' },
          6: { zh: '没有权限', en: 'not permitted' },
          7: { zh: '没有应答', en: 'not answering' },
          8: { zh: '名称未声明', en: 'undeclared name' },
          9: { zh: '不是数值', en: 'not a number' },
          10: { zh: '登录被拒绝', en: 'logon refused' },
        },
      },
    },
  },
} as const satisfies Measurements

type ProbeField = keyof (typeof PROBE_MEASUREMENT)['probe']['fields']

function toErrorState(code: ProbeErrorCode | undefined): number {
  return code === undefined ? 0 : PROBE_ERROR_CODES.indexOf(code) + 1
}

/** Writes run reports as samples of the agent's own host. */
export class RunReporter {
  readonly #index: SeriesIndex
  readonly #sink: SampleSink

  constructor(table: SeriesTable, sink: SampleSink, siteTags: Readonly<Record<string, string>>) {
    this.#index = new SeriesIndex(table, PROBE_MEASUREMENT, '', siteTags)
    this.#sink = sink
  }

  write(report: RunReport, tick: Tick): void {
    const measurement = this.#index.measurement('probe')
    if (measurement === undefined) return
    const tags = { probe: report.probe, target: report.target }
    const row = this.#index.row(measurement, tags)
    const add = (name: ProbeField, value: number) => this.#add(row, tags, name, value, tick)
    add('success', report.success ? 1 : 0)
    add('duration_ms', report.durationMs)
    add('samples', report.samples)
    add('error_code', toErrorState(report.errorCode))
  }

  #add(row: SeriesRow, tags: RowTags, name: ProbeField, value: number, tick: Tick): void {
    const place = row.measurement.places.get(name)
    const field = place === undefined ? undefined : row.measurement.fields[place]
    if (place === undefined || field === undefined) return
    const series = this.#index.seriesOf(row, place, tags)
    if (series === NO_SERIES) this.#sink.countDropped('series_cap', 1)
    else this.#sink.addSample('', tick, series, field.round(value))
  }
}
