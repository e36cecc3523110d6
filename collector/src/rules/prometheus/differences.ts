import type { LocalizedText } from '@wardround/protocol'

/** One way in which Prometheus, with the exported rules, judges otherwise than Wardround. */
export interface Difference {
  readonly id: string
  /** What is otherwise, in a sentence or two. */
  readonly what: LocalizedText
  /** Whether the differential test meets it; the others it can't, by their nature. */
  readonly isMet: boolean
}

/** Every difference that is known. docs/rules-in-prometheus.md is made of it, and the differential test allows these alone. */
export const DIFFERENCES = [
  {
    id: 'between-samples',
    what: {
      zh: 'Wardround 只在收到采样时判断；Prometheus 每个评估周期都判断一次，两次采样之间沿用上一个值（5 分钟以内，或采集间隔的 3 倍以内）。因此在短暂缺数期间，或采集间隔较长的指标上，Prometheus 可能先满足 for 或恢复时间，而 Wardround 要等到下一个采样。',
      en: 'Wardround judges when a sample comes. Prometheus judges at every evaluation, between two samples by the value before (for 5 minutes, or three intervals). In a short gap, or of something measured seldom, Prometheus may therefore end the wait of `for` or of `clear` where Wardround waits for the next sample.',
    },
    isMet: true,
  },
  {
    id: 'no-data',
    what: {
      zh: '没有数据时，Wardround 保持原有状态（“无数据”由专门的规则告警，超过 staleAfter 才结束）；Prometheus 在 5 分钟（或采集间隔的 3 倍）加恢复时间之后结束告警，数据恢复后重新计 for。',
      en: 'Without data Wardround keeps what was so (that there is none is an alert of its own, and `staleAfter` ends it); Prometheus ends the alert after 5 minutes (or three intervals) and the time of `clear`, and waits for `for` anew when data come back.',
    },
    isMet: true,
  },
  {
    id: 'missing-field',
    what: {
      zh: '采样缺少规则所需的某个字段时，Wardround 不作判断；Prometheus 用该字段上一个值继续判断，直到其过期。',
      en: 'A sample that lacks a field which the rule reads is not judged by Wardround; Prometheus goes on with the value that the field had, until it is too old.',
    },
    isMet: true,
  },
  {
    id: 'late-data',
    what: {
      zh: '补传的采样不会触发 Wardround 的实时告警；在 Prometheus 中它们根本不在评估时刻的数据里，等同于缺数。',
      en: 'Samples that come late never fire a live alert of Wardround; to Prometheus they are not there when it judges, which is a gap.',
    },
    isMet: true,
  },
  {
    id: 'descriptive-tag',
    what: {
      zh: '描述性标签（如 mode、active）变化后，Wardround 视为同一对象继续；Prometheus 在 5 分钟内同时看到新旧两个序列，取其中较大的值。通过抓取（而非远程写入）得到的数据没有这个问题。',
      en: 'When a descriptive tag (mode, active) changes, the point is the same to Wardround; Prometheus sees the old series and the new one for 5 minutes and takes the larger value. Not where it scrapes: a series that is gone is marked then.',
    },
    isMet: true,
  },
  {
    id: 'two-severities',
    what: {
      zh: 'Wardround 的一条告警只有一个级别（最重的）；Prometheus 中警告与严重是两条同名告警，需在 Alertmanager 中用 inhibit_rules 让严重抑制警告。严重解除而警告条件成立时，Wardround 立即转为警告；Prometheus 的警告仍要等满自己的 for。',
      en: 'An alert of Wardround has one severity, the severest; in Prometheus warning and critical are two alerts of one name. An inhibit_rule of Alertmanager makes one of them. When critical clears and the condition of warning holds, Wardround steps down at once; the warning of Prometheus still waits for its own `for`.',
    },
    isMet: true,
  },
  {
    id: 'window-history',
    what: {
      zh: '带时间窗口的函数（rate、increase、delta、avg、min、max），Wardround 要有至少半个窗口的历史才判断，长时间缺数后重新积累；Prometheus 有两个采样就计算，并外推到整个窗口（rate、increase、delta）。启动后、缺数后，以及采集间隔接近窗口长度时，两者结果不同。',
      en: 'A function over a window (rate, increase, delta, avg, min, max) has a value in Wardround when there is history for half of it, and begins anew after a long gap; Prometheus computes it of two samples and extrapolates to the whole window (rate, increase, delta). They differ after a start, after a gap, and where samples are nearly as far apart as the window is long.',
    },
    isMet: true,
  },
  {
    id: 'forecast',
    what: {
      zh: 'timeTo 在 Wardround 中是稳健的 Theil–Sen 趋势线，至少要有四分之一窗口的历史，拟合太差或没有趋势时不作判断；Prometheus 用最小二乘法（deriv），个别异常值就会改变结果，也不检查拟合质量。',
      en: 'timeTo is a robust line (Theil-Sen) in Wardround, of at least a quarter of the window, and says nothing where it fits badly; Prometheus draws the line of least squares (deriv), which a few odd values turn, and does not ask how well it fits.',
    },
    isMet: true,
  },
  {
    id: 'absence',
    what: {
      zh: '“无数据”规则（noData: 测量项）在 Wardround 中只计该主机仍有其他数据到达的时间（整机静默由失联规则告警），持续到 staleAfter（默认 7 天）；Prometheus 按钟点计时，整机静默时也会触发，并且只回看一天（或 for 的两倍），之后告警自行结束。各点的采集间隔不同时，Wardround 等待该点自己的三个间隔，Prometheus 等待其中最长的三个间隔；只出现过一次的点，Wardround 等待一小时。',
      en: 'A rule about what is no more (noData: a measurement) counts, in Wardround, the time in which something else comes of the host (a silent host is an alert of its own) and fires until `staleAfter` (7 days). Prometheus goes by the clock, fires for a silent host too, and looks back a day (or twice `for`); then the alert ends by itself. A point that comes seldomer than others is given three of its own intervals; Prometheus gives every point three of the longest. What came only once Wardround gives an hour.',
    },
    isMet: true,
  },
  {
    id: 'counter-wrap',
    what: {
      zh: '目录中注明为 32 位的计数器回绕时，Wardround 按回绕计算；Prometheus 一律当作重置。',
      en: 'A counter that the catalogue knows to have 32 bits goes round in Wardround; to Prometheus every fall is a reset.',
    },
    isMet: false,
  },
  {
    id: 'keep-firing',
    what: {
      zh: '同时有 keepFiringFor 和单独恢复值的规则：Wardround 的保持时间从触发条件最后一次成立时算起；Prometheus 从低于恢复值时算起，因此可能更长。',
      en: 'Of a rule with keepFiringFor and a number of its own in `clear`, Wardround counts the time from when the condition last held, Prometheus from when the value was clear, which may be longer.',
    },
    isMet: false,
  },
  {
    id: 'arrival',
    what: {
      zh: 'Wardround 的 for 从采样到达时算起，不受主机时钟影响；Prometheus 的 for 从第一次评估到条件成立时算起。',
      en: "The time of `for` counts from the arrival of a sample in Wardround, whatever the host's clock says; in Prometheus from the first evaluation that finds the condition true.",
    },
    isMet: false,
  },
  {
    id: 'restart',
    what: {
      zh: '重启后 Wardround 的状态（包括恢复中的计时）不丢失；Prometheus 只恢复 for 的计时，停机超过 5 分钟则不再记得告警正在触发，单独设定的恢复值随之失效一次。',
      en: 'After a restart Wardround knows all that it knew. Prometheus restores the wait of `for` alone, and after more than 5 minutes it no longer knows that an alert fires, so that the number of `clear` is not looked at once.',
    },
    isMet: false,
  },
] as const satisfies readonly Difference[]

export type DifferenceId = (typeof DIFFERENCES)[number]['id']
