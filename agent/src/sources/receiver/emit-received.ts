import { counter, gauge } from '../../field.ts'
import type { logwatch } from '../../measurements/logwatch.ts'
import type { Emit, ProbeRun } from '../../probe.ts'
import { SEVERITIES } from '../log/log-rule.ts'
import { countOf, type RecordIntake } from './record-intake.ts'

/** Events of one run: the runner takes 256. */
const MOST_EVENTS = 250

/** What is looked for in what devices send. */
export interface ReceiverRule {
  /** Value of the tag `rule`. */
  readonly name: string
  readonly severity: (typeof SEVERITIES)[number]
}

/** A receiver's own account. */
export const logReceiver = {
  identifyingTags: ['receiver'],
  fields: {
    received_total: counter('count', '收到的记录数', 'Records that were taken'),
    unknown_total: counter(
      'count',
      '其中来自未登记发送方的记录数',
      'Of them, those of senders that agent.yaml does not name',
    ),
    repeated_total: counter('count', '其中合并到前一条的重复数', 'Of them, repeats of one before'),
    rate_limited_total: counter(
      'count',
      '因超过每秒条数而未接收的报文数',
      'Packets left out because their sender sent too many',
    ),
    overflow_total: counter(
      'count',
      '因等待队列已满而丢弃的记录数',
      'Records left out because too many waited',
    ),
    malformed_total: counter('count', '无法识别的报文数', 'Packets that could not be understood'),
    refused_total: counter(
      'count',
      '团体名、用户或密钥不符而拒绝的报文数',
      'Packets refused for their community, user or key',
    ),
    lost_10m: gauge(
      'count',
      '最近 10 分钟未保存的报文与记录数',
      'Packets and records of the last 10 minutes that are not kept',
    ),
    waiting: gauge('count', '等待发送的记录数', 'Records that wait to be sent'),
  },
} as const

type Run = Pick<ProbeRun<unknown, never, undefined>, 'emitEvent'> & {
  readonly emit: Emit<{
    readonly logwatch: typeof logwatch
    readonly log_receiver: typeof logReceiver
  }>
}

/** Makes events of what waits, and gives the counters of each device and rule. */
export function emitReceived(
  { emit, emitEvent }: Run,
  kind: 'trap' | 'syslog',
  intake: RecordIntake,
  rules: readonly ReceiverRule[],
): void {
  for (const { key, timeMs, subject, body } of intake.drain(MOST_EVENTS))
    emitEvent(kind, key, body, { timeMs, ...(subject === '' ? {} : { subject }) })
  const recent = intake.recent()
  const { losses } = intake
  emit(
    'log_receiver',
    { receiver: kind },
    {
      received_total: intake.received,
      unknown_total: intake.unknown,
      repeated_total: intake.repeated,
      rate_limited_total: losses.rate,
      overflow_total: losses.full,
      malformed_total: losses.malformed,
      refused_total: losses.refused,
      lost_10m: recent.get('lost') ?? 0,
      waiting: intake.waiting,
    },
  )
  for (const subject of new Set(['', ...intake.settings.devices.values()])) {
    const file = `${kind}/${subject === '' ? '*' : subject}`
    for (const { name, severity } of rules) {
      const count = countOf(subject, name)
      const matches = recent.get(count) ?? 0
      const fields = {
        matches_total: intake.counts.get(count) ?? 0,
        matches_10m: matches,
        alarm: matches > 0 ? SEVERITIES.indexOf(severity) + 1 : 0,
      }
      emit('logwatch', { file, rule: name }, fields)
    }
  }
}
