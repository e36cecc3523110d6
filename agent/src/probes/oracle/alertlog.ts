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
  reads: 'alert_<SID>.log; V$DIAG_INFO, V$INSTANCE; V$DIAG_ALERT_EXT where the file can’t be read',
  needs:
    'the alert log readable for the agent (setfacl -m u:wardround:r), SELECT on V_$DIAG_INFO and V_$INSTANCE; without the file SELECT on V_$DIAG_ALERT_EXT',
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
      },
    },
    oracle_alertlog_reading: {
      identifyingTags: ['instance'],
      fields: {
        way: state('读取方式', 'How it is read', {
          1: { zh: '文本文件', en: 'text file' },
          2: { zh: 'V$DIAG_ALERT_EXT 视图', en: 'V$DIAG_ALERT_EXT' },
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
    const { session, emit } = run
    const { instance } = session
    const emitCodes = async (counts: CodeCounts) => {
      const database = await session.alertLog.files.fact('database')
      const tags = { instance, ...(database === undefined ? {} : { database }) }
      for (const [code, matches] of counts.list())
        emit('oracle_alertlog', { ...tags, code }, { matches_total: matches })
    }
    const reading = await readAlertFile(run, run.memory?.path)
    const { path, follower } = reading
    if (follower !== undefined) {
      const { lagBytes, totals, counts } = follower
      await emitCodes(new CodeCounts(counts))
      const fields = { way: 1, lag_bytes: lagBytes, lost_files_total: totals.lostFiles }
      emit('oracle_alertlog_reading', { instance }, fields)
      return { path, entries: undefined }
    }
    const entries = await readEntries(run, run.memory?.entries, reading)
    await emitCodes(new CodeCounts(entries.counts))
    emit('oracle_alertlog_reading', { instance }, { way: 2 })
    return { path, entries }
  },
})
