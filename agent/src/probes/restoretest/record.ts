import type { BackupStatement, SoundRecord } from '../../backup-records/backup-record.ts'
import { gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { restoretest } from '../../sources/restoretest.ts'

type Restored = Extract<BackupStatement, { kind: 'restored' }>
type Compared = Extract<BackupStatement, { kind: 'compared' }>

const DAY_MS = 86_400_000
/** After a restart the last so many records are told again: under the same keys, which changes nothing. */
const MOST_TOLD = 100

/**
 * Restore tests of a backup job. Source: the records that persons made (wardround-agent backup restored, backup compare), signed, in the state
 * directory. Needs: nothing.
 */
export default defineProbe({
  name: 'restoretest.record',
  source: restoretest,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'cheap',
  reads: {
    zh: '人工登记的还原测试与比对记录',
    en: 'records of restore tests and comparisons',
  },
  needs: 'none',
  help: { zh: '备份的还原测试', en: 'Restore tests of a backup' },
  measurements: {
    restore_test: {
      identifyingTags: ['job', 'database'],
      fields: {
        age_days: gauge(
          'count',
          '距最近一次成功还原测试的天数；从未有过则从 declared 算起',
          'Days since the last good restore test; where there was none, since `declared`',
          0.01,
        ),
        result: state('最近一次还原测试的结果', 'How the last restore test went', {
          1: { zh: '成功', en: 'ok' },
          2: { zh: '失败', en: 'failed' },
          3: { zh: '从未测试', en: 'never tested' },
        }),
        rto_seconds: gauge(
          'seconds',
          '最近一次还原测试从开始到可用的时间',
          'Time from the start of the last restore test until it could be used',
        ),
        rows_checked: gauge(
          'count',
          '最近一次与生产库比对的行数',
          'Rows compared with production the last time',
        ),
        rows_diff: gauge(
          'count',
          '最近一次比对中不同的行数（至少）',
          'Rows that differed then, at least',
        ),
        tables_checked: gauge('count', '最近一次比对的表数', 'Tables compared the last time'),
        tables_diff: gauge('count', '最近一次比对中不同的表数', 'Tables that differed then'),
        tables_skipped: gauge(
          'count',
          '最近一次比对中没有比对的表数（过大、无权限）',
          'Tables that could not be compared then (too large, not permitted)',
        ),
        records_ok: gauge(
          'boolean',
          '1：人工登记的签名链完好；0：有记录被改动或删除',
          '1: the signed records of persons are whole; 0: lines were changed or removed',
        ),
      },
    },
  },
  remembers: remembers<readonly string[]>(),
  async sample({ session, emit, emitDocument, emitEvent, remark, timeMs, memory = [] }) {
    const { job, database, declaredMs } = session
    const { records, problem } = await session.records()
    if (problem !== undefined) remark(problem)
    const said = records.map(({ record }) => record.said)
    const restores = said.filter((one): one is Restored => one.kind === 'restored')
    const compared = said.findLast((one): one is Compared => one.kind === 'compared')
    const last = restores.toSorted((a, b) => a.endedMs - b.endedMs).at(-1)
    const good = restores.filter(({ result }) => result === 'ok').map(({ endedMs }) => endedMs)
    const sinceMs = good.length === 0 ? declaredMs : Math.max(...good)
    emit(
      'restore_test',
      { job, database },
      {
        age_days: Math.max(0, timeMs - sinceMs) / DAY_MS,
        result: last === undefined ? 3 : last.result === 'ok' ? 1 : 2,
        rto_seconds: last === undefined ? undefined : (last.endedMs - last.startedMs) / 1000,
        rows_checked: compared?.rows,
        rows_diff: compared?.rowsDiffer,
        tables_checked: compared?.tables,
        tables_diff: compared?.tablesDiffer,
        tables_skipped: compared?.tablesSkipped,
        records_ok: Number(problem === undefined),
      },
    )
    for (const { record, digest } of records.slice(-MOST_TOLD)) {
      const kind = KINDS[record.said.kind]
      if (kind === undefined || memory.includes(digest)) continue
      emitEvent(kind, digest, toBody(record))
      if (record.said === compared)
        emitDocument(`restore_comparison:${job}`, 'newest', { ...compared })
    }
    return records.map(({ digest }) => digest)
  },
})

const KINDS: Readonly<Partial<Record<BackupStatement['kind'], string>>> = {
  restored: 'restore_tested',
  compared: 'restore_compared',
}

function toBody({ said, ...entered }: SoundRecord['record']) {
  return { ...said, ...entered }
}
