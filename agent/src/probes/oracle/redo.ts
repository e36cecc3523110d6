import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import { askSeldom, SELDOM_SECONDS, type KeptRows } from './ask-seldom.ts'

const GROUPS: Statement = {
  id: 'oracle.redo',
  cost: 'cheap',
  ...reading('V$LOG', 'V$INSTANCE'),
  text: `SELECT COUNT(*) AS log_groups, MIN(l.members) AS members_min, MIN(l.bytes) AS bytes_min,
  COUNT(CASE WHEN l.status IN ('INACTIVE', 'UNUSED') THEN 1 END) AS inactive_or_unused
FROM v$log l
JOIN v$instance i ON i.thread# = l.thread#`,
}

/** Each switch begins a log, at its FIRST_TIME: the history has those that have ended, V$LOG the one that is written now. */
const SWITCHES: Statement = {
  id: 'oracle.redo.switches',
  cost: 'moderate',
  everySeconds: SELDOM_SECONDS,
  ...reading('V$LOG_HISTORY', 'V$LOG', 'V$INSTANCE'),
  text: `SELECT NVL(SUM(CASE WHEN h.hours_ago = 0 THEN h.switches END), 0) AS switches_1h,
  NVL(MAX(h.switches), 0) AS log_switch_max_1h
FROM (
  SELECT TRUNC((SYSDATE - l.first_time) * 24) AS hours_ago, COUNT(*) AS switches
  FROM (
    SELECT thread#, first_time FROM v$log_history
    UNION ALL
    SELECT thread#, first_time FROM v$log WHERE status = 'CURRENT'
  ) l
  JOIN v$instance i ON i.thread# = l.thread#
  WHERE l.first_time > SYSDATE - 1 AND l.first_time <= SYSDATE
  GROUP BY TRUNC((SYSDATE - l.first_time) * 24)
) h`,
}

/**
 * Online redo logs of this instance's thread and how often they are switched. Source: V$LOG, V$INSTANCE and, every ten minutes, V$LOG_HISTORY.
 * Needs: SELECT on them. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.redo',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'V$LOG, V$LOG_HISTORY, V$INSTANCE',
  needs: 'SELECT on V_$LOG, V_$LOG_HISTORY, V_$INSTANCE',
  help: {
    zh: '联机重做日志：组数、成员、可用组、切换频率',
    en: 'Online redo logs: groups, members, groups that can be written next, switches',
  },
  measurements: {
    oracle_redo: {
      identifyingTags: ['database', 'instance'],
      fields: {
        groups: gauge('count', '日志组数', 'Log groups'),
        members_min: gauge('count', '每组最少成员数', 'Fewest members of a group'),
        bytes_min: gauge('bytes', '最小的日志大小', 'Size of the smallest log'),
        inactive_or_unused: gauge(
          'count',
          '可立即写入的日志组数（INACTIVE 或 UNUSED）',
          'Groups that can be written next (INACTIVE or UNUSED)',
        ),
        switches_1h: gauge(
          'count',
          '最近一小时的日志切换次数',
          'Log switches within the last hour',
        ),
        log_switch_max_1h: gauge(
          'count',
          '最近 24 小时内，一小时最多的日志切换次数',
          'Most log switches in one of the last 24 hours',
        ),
      },
    },
  },
  statements: [GROUPS, SWITCHES],
  remembers: remembers<KeptRows>(),
  async sample(run) {
    const { session, emit, remark, signal, memory } = run
    const tags = await session.instanceTags(signal)
    const parts = new Parts(remark)
    const [groups] = (await parts.ask(session.rows([GROUPS], signal))) ?? []
    let kept = memory
    const seldom = askSeldom(run, [SWITCHES], memory).then((now) => (kept = now).rows)
    const [switches] = (await parts.ask(seldom)) ?? []
    emit('oracle_redo', tags, {
      ...(groups && {
        groups: numberOf(groups, 'LOG_GROUPS'),
        members_min: numberOf(groups, 'MEMBERS_MIN'),
        bytes_min: numberOf(groups, 'BYTES_MIN'),
        inactive_or_unused: numberOf(groups, 'INACTIVE_OR_UNUSED'),
      }),
      ...(switches && {
        switches_1h: numberOf(switches, 'SWITCHES_1H'),
        log_switch_max_1h: numberOf(switches, 'LOG_SWITCH_MAX_1H'),
      }),
    })
    parts.settle()
    return kept
  },
})
