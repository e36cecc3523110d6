import { counter, gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { EXCERPT_OPTION } from '../../sources/log/log-excerpt.ts'
import { oracle } from '../../sources/oracle.ts'
import { CodeCounts } from './alert-codes.ts'
import { readEntries, type EntriesMemory } from './alertlog-entries.ts'
import { readAlertFile } from './alertlog-file.ts'
import { ENTRIES, PLACE } from './alertlog-statements.ts'

interface AlertlogMemory {
  readonly path: string | undefined
  readonly entries: EntriesMemory | undefined
  /** Where no log is known that would keep them. */
  readonly counts: Map<string, number> | undefined
  /** Codes that the view counted and the file has not shown yet: one error is one match, whichever way it was read. */
  readonly ahead: Map<string, number> | undefined
  /** The last look at the file came to its end. */
  readonly isCaughtUp: boolean
}

/**
 * Errors of the instance by code, from its alert log; each entry with a code is an event `log`. Source: the text file alert_<SID>.log, which is read
 * while the database is down too; where it can't be read, V$DIAG_ALERT_EXT (12.2 and later). Needs: the file readable for the agent
 * (setfacl, never a group such as oinstall or dba); SELECT on V_$DIAG_INFO and V_$INSTANCE unless `alertLog` names it; else SELECT on V_$DIAG_ALERT_EXT.
 */
export default defineProbe({
  name: 'oracle.alertlog',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  deadlineMs: 25_000,
  cost: 'moderate',
  reads: {
    zh: 'alert_<SID>.log；V$DIAG_INFO，V$INSTANCE；文件不可读时为 V$DIAG_ALERT_EXT',
    en: 'alert_<SID>.log; V$DIAG_INFO, V$INSTANCE; V$DIAG_ALERT_EXT where the file can’t be read',
  },
  needs: {
    zh: '采集代理可读告警日志（setfacl -m u:wardround:r），SELECT on V_$DIAG_INFO、V_$INSTANCE；文件不可读时 SELECT on V_$DIAG_ALERT_EXT',
    en: 'the alert log readable for the agent (setfacl -m u:wardround:r), SELECT on V_$DIAG_INFO and V_$INSTANCE; without the file SELECT on V_$DIAG_ALERT_EXT',
  },
  help: { zh: '告警日志中的 ORA- 错误', en: 'ORA- errors in the alert log' },
  measurements: {
    oracle_alertlog: {
      identifyingTags: ['instance', 'code'],
      descriptiveTags: ['database'],
      fields: {
        matches_total: counter(
          'count',
          '含该错误码的行数；超过 200 种错误码后计入 other',
          'Lines with the code; beyond 200 codes they count as other',
        ),
        matches_10m: gauge(
          'count',
          '最近 10 分钟含该错误码的行数',
          'Of them, those found in the last 10 minutes',
        ),
      },
    },
    oracle_alertlog_reading: {
      identifyingTags: ['instance'],
      fields: {
        way: state('读取方式', 'How it is read', {
          1: { zh: '文本文件', en: 'text file' },
          2: { zh: 'V$DIAG_ALERT_EXT 视图', en: 'V$DIAG_ALERT_EXT' },
          3: {
            zh: '未读取：视图查询失败，暂停后再试',
            en: 'not at all: the view failed and is asked again after a pause',
          },
        }),
        lag_bytes: gauge('bytes', '文件中尚未读取的字节', 'Bytes of the file not read yet'),
        lost_files_total: counter(
          'count',
          '未读完就已消失的旧日志数',
          'Old files that were gone before they were read to their end',
        ),
      },
    },
  },
  statements: [PLACE, ENTRIES],
  options: EXCERPT_OPTION,
  remembers: remembers<AlertlogMemory>(),
  async sample(run) {
    const { session, emit, timeMs } = run
    const { instance } = session
    const emitCodes = async (counts: CodeCounts) => {
      const database = await session.alertLog.files.fact('database')
      const tags = { instance, ...(database === undefined ? {} : { database }) }
      for (const { code, total, recent } of counts.list(timeMs))
        emit('oracle_alertlog', { ...tags, code }, { matches_total: total, matches_10m: recent })
    }
    const { memory } = run
    const ahead = memory?.ahead ?? new Map<string, number>()
    const reading = await readAlertFile(run, memory?.path, ahead)
    const { path, follower, lines } = reading
    if (follower !== undefined) {
      const { lagBytes, totals, counts } = follower
      await emitCodes(new CodeCounts(counts))
      const fields = { way: 1, lag_bytes: lagBytes, lost_files_total: totals.lostFiles }
      emit('oracle_alertlog_reading', { instance }, fields)
      const isCaughtUp = lagBytes === 0
      // The last record is given a run later.
      const isOver = isCaughtUp && (lines === 0 || memory?.isCaughtUp === true)
      const left = isOver ? undefined : memory?.ahead
      return { path, entries: undefined, counts: undefined, ahead: left, isCaughtUp }
    }
    const counts = reading.counts ?? memory?.counts ?? new Map<string, number>()
    const codes = new CodeCounts(counts)
    let isNew = false
    const entries = await readEntries(run, memory?.entries, reading, (found) => {
      codes.add(found, timeMs)
      for (const code of found) ahead.set(code, (ahead.get(code) ?? 0) + 1)
      isNew = true
    })
    if (isNew) await session.alertLog.files.save()
    await emitCodes(codes)
    const way = entries.failure === undefined ? 2 : 3
    emit('oracle_alertlog_reading', { instance }, { way })
    return { path, entries, counts, ahead, isCaughtUp: false }
  },
})
