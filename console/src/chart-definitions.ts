import type { TextKey } from './i18n/language.ts'

/** One line of a chart, or one for each value of `splitBy`. */
export interface LineDefinition {
  readonly measurement: string
  readonly field: string
  readonly aggregate: 'mean' | 'max' | 'last' | 'rate'
  readonly label?: TextKey
  readonly where?: Readonly<Record<string, string>>
  readonly splitBy?: string
}

export interface ChartDefinition {
  readonly title: TextKey
  readonly unit: 'percent' | 'bytesPerSecond' | 'count'
  readonly lines: readonly LineDefinition[]
  /** Of a probe that runs at longer intervals than the others: no shorter step, else every point would stand alone. */
  readonly everySeconds?: number
}

const cpuLine = (field: string, label: TextKey): LineDefinition => ({
  measurement: 'cpu',
  field,
  label,
  aggregate: 'mean',
  where: { cpu: 'cpu-total' },
})

/** What a host's page draws, in this order; a chart without data is left out. */
export const HOST_CHARTS: readonly ChartDefinition[] = [
  {
    title: 'chart.cpu',
    unit: 'percent',
    lines: [
      cpuLine('usage_user', 'series.user'),
      cpuLine('usage_nice', 'series.nice'),
      cpuLine('usage_system', 'series.system'),
      cpuLine('usage_iowait', 'series.iowait'),
      cpuLine('usage_steal', 'series.steal'),
    ],
  },
  {
    title: 'chart.memory',
    unit: 'percent',
    lines: [
      { measurement: 'mem', field: 'used_percent', label: 'series.memory', aggregate: 'mean' },
      { measurement: 'swap', field: 'used_percent', label: 'series.swap', aggregate: 'mean' },
    ],
  },
  {
    title: 'chart.load',
    unit: 'count',
    lines: [
      { measurement: 'system', field: 'load1', label: 'series.load1', aggregate: 'mean' },
      { measurement: 'system', field: 'load5', label: 'series.load5', aggregate: 'mean' },
      { measurement: 'system', field: 'load15', label: 'series.load15', aggregate: 'mean' },
    ],
  },
  {
    title: 'chart.disk',
    unit: 'percent',
    lines: [{ measurement: 'disk', field: 'used_percent', aggregate: 'last', splitBy: 'path' }],
  },
  {
    title: 'chart.diskio',
    unit: 'bytesPerSecond',
    lines: [
      {
        measurement: 'diskio',
        field: 'read_bytes',
        label: 'series.read',
        aggregate: 'rate',
        splitBy: 'name',
      },
      {
        measurement: 'diskio',
        field: 'write_bytes',
        label: 'series.write',
        aggregate: 'rate',
        splitBy: 'name',
      },
    ],
  },
  {
    title: 'chart.diskBusy',
    unit: 'percent',
    lines: [{ measurement: 'diskio', field: 'io_util', aggregate: 'mean', splitBy: 'name' }],
  },
  {
    title: 'chart.net',
    unit: 'bytesPerSecond',
    lines: [
      {
        measurement: 'net',
        field: 'bytes_recv',
        label: 'series.received',
        aggregate: 'rate',
        splitBy: 'interface',
      },
      {
        measurement: 'net',
        field: 'bytes_sent',
        label: 'series.sent',
        aggregate: 'rate',
        splitBy: 'interface',
      },
    ],
  },
  {
    title: 'chart.netErrors',
    unit: 'count',
    lines: [
      {
        measurement: 'net',
        field: 'err_in',
        label: 'series.errors',
        aggregate: 'rate',
        splitBy: 'interface',
      },
      {
        measurement: 'net',
        field: 'drop_in',
        label: 'series.drops',
        aggregate: 'rate',
        splitBy: 'interface',
      },
    ],
  },
  {
    title: 'chart.tcp',
    unit: 'count',
    everySeconds: 60,
    lines: [
      {
        measurement: 'netstat',
        field: 'tcp_established',
        label: 'series.established',
        aggregate: 'mean',
      },
      {
        measurement: 'netstat',
        field: 'tcp_time_wait',
        label: 'series.timeWait',
        aggregate: 'mean',
      },
    ],
  },
  {
    title: 'chart.processes',
    unit: 'count',
    lines: [
      { measurement: 'processes', field: 'total', label: 'series.total', aggregate: 'mean' },
      { measurement: 'processes', field: 'running', label: 'series.running', aggregate: 'mean' },
      { measurement: 'processes', field: 'blocked', label: 'series.blocked', aggregate: 'mean' },
      { measurement: 'processes', field: 'zombies', label: 'series.zombies', aggregate: 'mean' },
    ],
  },
  {
    title: 'chart.procstat',
    unit: 'percent',
    lines: [
      { measurement: 'procstat', field: 'cpu_usage', aggregate: 'mean', splitBy: 'process_name' },
    ],
  },
  {
    title: 'chart.pressure',
    unit: 'percent',
    lines: [
      {
        measurement: 'pressure',
        field: 'avg10',
        aggregate: 'mean',
        where: { type: 'some' },
        splitBy: 'resource',
      },
    ],
  },
  {
    title: 'chart.context',
    unit: 'count',
    lines: [
      {
        measurement: 'kernel',
        field: 'context_switches',
        label: 'series.contextSwitches',
        aggregate: 'rate',
      },
    ],
  },
]
