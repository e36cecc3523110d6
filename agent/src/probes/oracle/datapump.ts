import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'

const JOBS: Statement = {
  id: 'oracle.datapump',
  text: `
SELECT OPERATION, COUNT(CASE WHEN STATE = 'EXECUTING' THEN 1 END) AS EXECUTING,
       COUNT(CASE WHEN STATE = 'NOT RUNNING' THEN 1 END) AS NOT_RUNNING, COUNT(*) AS JOBS
FROM DBA_DATAPUMP_JOBS GROUP BY OPERATION ORDER BY 1`,
  cost: 'moderate',
  ...reading('DBA_DATAPUMP_JOBS'),
}

/**
 * Data Pump jobs that the database knows. Source: DBA_DATAPUMP_JOBS. Needs: SELECT on it. Since: 11.2. One that is not running was stopped
 * or broke off and left its master table; whether an export succeeded is in its log alone (source `backup`, tool `expdp`).
 */
export default defineProbe({
  name: 'oracle.datapump',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'moderate',
  reads: 'DBA_DATAPUMP_JOBS',
  needs: 'SELECT on DBA_DATAPUMP_JOBS',
  help: { zh: 'Data Pump 作业', en: 'Data Pump jobs' },
  measurements: {
    oracle_datapump: {
      identifyingTags: ['database', 'operation'],
      fields: {
        jobs: gauge('count', '作业数', 'Jobs'),
        executing: gauge('count', '正在执行的作业数', 'Jobs that execute'),
        not_running: gauge(
          'count',
          '中断或停止后留下的作业数',
          'Jobs that were stopped or broke off',
        ),
      },
    },
  },
  statements: [JOBS],
  async sample({ session, emit, signal }) {
    const tags = await session.databaseTags(signal)
    const rows = await session.rows([JOBS], signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '没有 Data Pump 作业', en: 'there is no Data Pump job' })
    for (const row of rows)
      emit(
        'oracle_datapump',
        { ...tags, operation: textOf(row, 'OPERATION') ?? '' },
        {
          jobs: numberOf(row, 'JOBS'),
          executing: numberOf(row, 'EXECUTING'),
          not_running: numberOf(row, 'NOT_RUNNING'),
        },
      )
  },
})
