import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, remembers, type ProbeRun } from '../../probe.ts'
import { numberOf, placeOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import { Parts } from '../../sources/server/parts.ts'
import { askSeldom, type KeptRows } from './ask-seldom.ts'
import {
  DATAGUARD_STATEMENTS,
  DESTINATIONS,
  GAP,
  LOGS,
  RECOVERY,
  STATS,
} from './dataguard-statements.ts'
import { parseInterval, parseStandbyDate } from './parse-lag.ts'
import { standbyLag } from './standby-lag.ts'

const MEASUREMENTS = {
  oracle_dataguard: {
    identifyingTags: ['database', 'name', 'seen_from'],
    fields: {
      apply_lag_seconds: gauge(
        'seconds',
        '应用延迟；从主库看时按近 7 天已归档的日志计算，不含当前联机日志，每 10 分钟更新',
        'How far the applied redo is behind; seen from the primary counted in the archived logs of 7 days, without the current one, every 10 minutes',
        0.01,
      ),
      transport_lag_seconds: gauge(
        'seconds',
        '传输延迟；从主库看时按近 7 天已归档的日志计算，不含当前联机日志，每 10 分钟更新',
        'How far the received redo is behind; seen from the primary counted in the archived logs of 7 days, without the current one, every 10 minutes',
        0.01,
      ),
      apply_finish_seconds: gauge(
        'seconds',
        '应用完已收到的日志预计需要的时间',
        'Estimated time to apply what has been received',
        0.01,
      ),
      datum_age_seconds: gauge(
        'seconds',
        '距备库最近一次收到主库信息的时间；一直增大说明主备已失去联系，此时延迟值不可信',
        'Since the standby last heard of the primary; while it grows the lags are not to be believed',
      ),
      gap: gauge('count', '备库缺失的归档日志数', 'Archived logs that the standby lacks'),
      apply_state: state('恢复进程（MRP）的状态', 'What the recovery process (MRP) does', {
        0: { zh: '其他', en: 'something else' },
        1: { zh: '正在应用', en: 'applies redo' },
        2: { zh: '等待日志', en: 'waits for redo' },
        3: { zh: '等待缺失的日志', en: 'waits for a gap to be filled' },
        4: { zh: '未运行', en: 'does not run' },
      }),
      unsent_logs: gauge(
        'count',
        '主库已归档、备库尚未收到的日志数',
        'Logs archived on the primary that the standby has not received',
      ),
      unapplied_logs: gauge(
        'count',
        '主库已归档、备库尚未应用的日志数',
        'Logs archived on the primary that the standby has not applied',
      ),
      gap_status: state('主库看到的缺口状态', 'What the primary says of a gap', {
        0: { zh: '其他', en: 'something else' },
        1: { zh: '无缺口', en: 'NO GAP' },
        2: { zh: '正在切换日志', en: 'LOG SWITCH GAP' },
        3: { zh: '缺口可自动补齐', en: 'RESOLVABLE GAP' },
        4: { zh: '缺口须从其他备库补齐', en: 'LOCALLY UNRESOLVABLE GAP' },
        5: { zh: '缺口无法补齐', en: 'UNRESOLVABLE GAP' },
      }),
    },
  },
} as const

type Run = ProbeRun<OracleSession, typeof MEASUREMENTS, KeptRows>

/**
 * Data Guard, from whichever side the agent stands on. On a standby that is open: V$DATAGUARD_STATS, V$ARCHIVE_GAP and the recovery
 * process (V$DATAGUARD_PROCESS from 12.2, V$MANAGED_STANDBY before). A standby that is only mounted lets nobody but SYSDBA in, so its
 * lag is read on the primary: V$ARCHIVE_DEST_STATUS and, every ten minutes, V$ARCHIVED_LOG. Needs: SELECT on these. Since: 11.2. Base licence.
 */
export default defineProbe({
  name: 'oracle.dataguard',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: {
    zh: 'GV$DATAGUARD_STATS，V$ARCHIVE_GAP，GV$DATAGUARD_PROCESS 或 GV$MANAGED_STANDBY；主库上为 V$ARCHIVE_DEST，V$ARCHIVE_DEST_STATUS，V$ARCHIVED_LOG',
    en: 'GV$DATAGUARD_STATS, V$ARCHIVE_GAP, GV$DATAGUARD_PROCESS or GV$MANAGED_STANDBY; on a primary V$ARCHIVE_DEST, V$ARCHIVE_DEST_STATUS, V$ARCHIVED_LOG',
  },
  needs: {
    zh: 'SELECT on 上述视图和 V_$DATABASE',
    en: 'SELECT on these views and on V_$DATABASE',
  },
  help: {
    zh: 'Data Guard 备库的延迟与缺口；未打开的备库从主库上看',
    en: 'Lag and gaps of Data Guard standbys; of one that is not open as the primary sees it',
  },
  measurements: MEASUREMENTS,
  statements: DATAGUARD_STATEMENTS,
  remembers: remembers<KeptRows>(),
  async sample(run) {
    const { database } = await run.session.databaseTags(run.signal, 'cdb')
    const { traits } = await run.session.facts(run.signal)
    if (traits['role'] === 'primary') return samplePrimary(run, database)
    await sampleStandby(run, database)
    return undefined
  },
})

/** @returns the archived logs, for the runs to come */
async function samplePrimary(run: Run, database: string): Promise<KeptRows | undefined> {
  const { session, signal, emit, remark, memory } = run
  const parts = new Parts(remark)
  const standbys = await parts.ask(session.rows([DESTINATIONS], signal))
  if (standbys === undefined) {
    parts.settle()
    return memory
  }
  if (standbys.length === 0)
    throw new NoDataError({ zh: '本库没有向备库传送日志', en: 'no standby is served from here' })
  let kept = memory
  const logs = await parts.ask(askSeldom(run, [LOGS], memory).then((now) => (kept = now).rows))
  for (const row of standbys) {
    const lag = logs && standbyLag(logs, numberOf(row, 'DEST_ID') ?? 0)
    const tags = { database, name: nameOf(row), seen_from: 'primary' }
    emit('oracle_dataguard', tags, {
      gap_status: placeOf(GAP_STATUSES, textOf(row, 'GAP_STATUS')),
      transport_lag_seconds: lag?.transportSeconds,
      apply_lag_seconds: lag?.applySeconds,
      unsent_logs: lag?.unsentLogs,
      unapplied_logs: lag?.unappliedLogs,
    })
  }
  parts.settle()
  return kept
}

/** A destination whose DB_UNIQUE_NAME was not set says NONE. */
function nameOf(row: Row): string {
  const name = textOf(row, 'DB_UNIQUE_NAME') ?? 'NONE'
  return name === 'NONE' ? (textOf(row, 'DEST_NAME') ?? '') : name
}

const GAP_STATUSES = [
  'NO GAP',
  'LOG SWITCH GAP',
  'RESOLVABLE GAP',
  'LOCALLY UNRESOLVABLE GAP',
  'UNRESOLVABLE GAP',
]

async function sampleStandby(
  { session, signal, emit, remark }: Pick<Run, 'session' | 'signal' | 'emit' | 'remark'>,
  database: string,
): Promise<void> {
  const parts = new Parts(remark)
  const stats = await parts.ask(session.rows([STATS], signal))
  if (stats === undefined) return parts.settle()
  const name = stats[0] && textOf(stats[0], 'DB_UNIQUE_NAME')
  if (name === undefined)
    throw new NoDataError({ zh: 'V$DATAGUARD_STATS 为空', en: 'V$DATAGUARD_STATS is empty' })
  const recovery = await parts.ask(session.rows(RECOVERY, signal))
  const gap = await parts.ask(session.rows([GAP], signal))
  emit(
    'oracle_dataguard',
    { database, name, seen_from: 'standby' },
    {
      ...lagsOf(stats, recovery?.[0] && numberOf(recovery[0], 'INST_ID')),
      apply_state: recovery && applyStateOf(recovery[0]),
      gap: gap?.[0] && numberOf(gap[0], 'GAP'),
    },
  )
  parts.settle()
}

const APPLY_STATES: Readonly<Record<string, number>> = {
  APPLYING_LOG: 1,
  WAIT_FOR_LOG: 2,
  WAIT_FOR_GAP: 3,
}

function applyStateOf(row: Row | undefined): number {
  if (row === undefined) return 4
  return APPLY_STATES[textOf(row, 'ACTION') ?? ''] ?? 0
}

/** Of the instance that applies; where none does, of the first that says anything. */
function lagsOf(
  rows: readonly Row[],
  applyingInstance: number | undefined,
): Record<string, number | undefined> {
  const find = (name: string) => {
    const named = rows.filter((row) => textOf(row, 'NAME') === name)
    return (
      named.find((row) => numberOf(row, 'INST_ID') === applyingInstance) ??
      named.find((row) => textOf(row, 'VALUE') !== undefined) ??
      named[0]
    )
  }
  const transport = find('transport lag')
  return {
    apply_lag_seconds: secondsOf(find('apply lag')),
    transport_lag_seconds: secondsOf(transport),
    apply_finish_seconds: secondsOf(find('apply finish time')),
    datum_age_seconds: transport && datumAgeOf(transport),
  }
}

function secondsOf(row: Row | undefined): number | undefined {
  const text = row && textOf(row, 'VALUE')
  if (text === undefined) return undefined
  const seconds = parseInterval(text)
  if (seconds === undefined)
    throw new ProbeError('UNPARSABLE', {
      zh: `V$DATAGUARD_STATS.VALUE 为 ${JSON.stringify(text)}，应为 +DD HH:MI:SS`,
      en: `V$DATAGUARD_STATS.VALUE is ${JSON.stringify(text)}, expected +DD HH:MI:SS`,
    })
  return seconds
}

function datumAgeOf(row: Row): number | undefined {
  const heard = parseStandbyDate(textOf(row, 'DATUM_TIME') ?? '')
  const computed = parseStandbyDate(textOf(row, 'TIME_COMPUTED') ?? '')
  return heard === undefined || computed === undefined ? undefined : (computed - heard) / 1000
}
