import { counter } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

/** MAX: a CDB may give one row for the whole and one for each container; the first is never less than one of the others. */
const WAIT_CLASSES: Statement = {
  id: 'oracle.wait',
  cost: 'cheap',
  ...reading('V$SYSTEM_WAIT_CLASS'),
  text: `SELECT wait_class, MAX(total_waits) AS total_waits, MAX(time_waited) AS time_waited
FROM v$system_wait_class
WHERE wait_class <> 'Idle'
GROUP BY wait_class`,
}

/**
 * What the sessions of the instance waited for, by class, background processes included. Source: V$SYSTEM_WAIT_CLASS
 * (TIME_WAITED is in hundredths of a second). Needs: SELECT on V_$SYSTEM_WAIT_CLASS. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.wait',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$SYSTEM_WAIT_CLASS',
  needs: 'SELECT on V_$SYSTEM_WAIT_CLASS',
  help: {
    zh: '各等待类的等待时间与次数（不含空闲等待）',
    en: 'Waits by class, without idle ones',
  },
  measurements: {
    oracle_wait: {
      identifyingTags: ['database', 'instance', 'wait_class'],
      fields: {
        time_waited_seconds_total: counter('seconds', '等待时间合计', 'Time waited', 0.01),
        waits_total: counter('count', '等待次数合计', 'Waits'),
      },
    },
  },
  statements: [WAIT_CLASSES],
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    for (const row of await session.rows([WAIT_CLASSES], signal)) {
      const centiseconds = numberOf(row, 'TIME_WAITED')
      emit(
        'oracle_wait',
        { ...tags, wait_class: textOf(row, 'WAIT_CLASS') ?? '' },
        {
          time_waited_seconds_total: centiseconds === undefined ? undefined : centiseconds / 100,
          waits_total: numberOf(row, 'TOTAL_WAITS'),
        },
      )
    }
  },
})
