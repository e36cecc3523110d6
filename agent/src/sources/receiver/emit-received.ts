import { counter, gauge } from '../../field.ts'
import type { logwatch } from '../../measurements/logwatch.ts'
import type { Emit, ProbeRun } from '../../probe.ts'
import { SEVERITIES } from '../log/log-rule.ts'
import type { ReceiverSession } from './receiver-session.ts'
import type { RecordIntake } from './record-intake.ts'

/** Events of one run: the runner takes 256. */
const MOST_EVENTS = 250
/** Devices and rules of one run, each three samples: the runner takes 10,000. More of them have their turn within a minute. */
const MOST_ROWS = 3_000

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

/** Makes events of what waits, and gives the receiver's counters and those of each rule that ever matched, as series of its device. */
export async function emitReceived(
  { emit, emitEvent }: Run,
  kind: 'trap' | 'syslog',
  { intake, memory }: ReceiverSession,
  rules: readonly ReceiverRule[],
): Promise<void> {
  for (const event of intake.drain(MOST_EVENTS))
    emitEvent(kind, event.key, event.body, { timeMs: event.timeMs, ...originOf(event) })
  emitAccount(emit, kind, intake)
  for (const row of intake.takeMatches(MOST_ROWS)) {
    const severity = rules.find(({ name }) => name === row.rule)?.severity
    if (severity === undefined) continue
    const fields = {
      matches_total: row.total,
      matches_10m: row.recent,
      alarm: row.recent > 0 ? SEVERITIES.indexOf(severity) + 1 : 0,
    }
    const file = row.subject === '' ? `${kind}/*` : kind
    emit('logwatch', { file, rule: row.rule }, fields, originOf(row))
  }
  await memory.keepMatches()
}

/** Nothing is said of the origin where it is the session's own. */
function originOf({ subject }: { readonly subject: string }): { readonly subject?: string } {
  return subject === '' ? {} : { subject }
}

function emitAccount(emit: Run['emit'], kind: string, intake: RecordIntake): void {
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
      lost_10m: intake.lostRecently,
      waiting: intake.waiting,
    },
  )
}
