import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import { describeRows } from './describe-rows.ts'
import { AUTOTASKS, BROKEN, FAILED, JOB_STATEMENTS, OLD_BROKEN, RUNNING } from './job-statements.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

/** Failed jobs that are named in the document. */
const MOST_NAMED = 200

/**
 * Jobs of the scheduler, and of DBMS_JOB before 19c. Source: DBA_SCHEDULER_JOB_RUN_DETAILS, DBA_SCHEDULER_JOBS,
 * DBA_SCHEDULER_RUNNING_JOBS, DBA_JOBS, DBA_AUTOTASK_CLIENT; in CDB$ROOT the CDB_ views. Needs: SELECT on them. Since: 11.2. Which jobs
 * failed, with their ORA- numbers, is told in the document `oracle_jobs`; never what they run.
 */
export default defineProbe({
  name: 'oracle.job',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 60_000,
  cost: 'moderate',
  reads: {
    zh: 'DBA_SCHEDULER_JOB_RUN_DETAILS，DBA_SCHEDULER_JOBS，DBA_SCHEDULER_RUNNING_JOBS，DBA_AUTOTASK_CLIENT；19c 之前另有 DBA_JOBS（根容器中为 CDB_）',
    en: 'DBA_SCHEDULER_JOB_RUN_DETAILS, DBA_SCHEDULER_JOBS, DBA_SCHEDULER_RUNNING_JOBS, DBA_AUTOTASK_CLIENT; before 19c DBA_JOBS (CDB_ in the root)',
  },
  needs: {
    zh: 'SELECT on 上述视图；根容器中另加 V_$CONTAINERS',
    en: 'SELECT on them; in the root also V_$CONTAINERS',
  },
  help: { zh: '数据库定时作业', en: 'Scheduled jobs of the database' },
  measurements: {
    oracle_job: {
      identifyingTags: ['database', 'pdb'],
      fields: {
        failed_24h: gauge(
          'count',
          '过去 24 小时失败的次数',
          'Runs that failed in the last 24 hours',
        ),
        broken: gauge('count', '已停用（BROKEN）的作业数', 'Broken jobs'),
        running: gauge('count', '正在运行的作业数', 'Jobs that run'),
        running_max_seconds: gauge(
          'seconds',
          '运行最久的作业已运行的时间；没有作业在运行时缺失',
          'How long the longest of them has run; missing when none runs',
        ),
      },
    },
    oracle_autotask: {
      identifyingTags: ['database', 'pdb', 'client'],
      fields: {
        enabled: gauge(
          'boolean',
          '自动维护任务是否启用',
          'Whether the maintenance task is enabled',
        ),
      },
    },
  },
  statements: JOB_STATEMENTS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, remark, memory } = run
    const tags = await session.databaseTags(signal)
    const parts = new Parts(remark)
    const ask = (statements: readonly Statement[]) => parts.ask(session.rows(statements, signal))
    const failed = await ask(FAILED)
    for (const [pdb, failed_24h] of sumByContainer(failed, 'FAILURES'))
      emit('oracle_job', { ...tags, pdb }, { failed_24h })
    const broken = await ask(BROKEN)
    const oldBroken = sumByContainer(await ask(OLD_BROKEN), 'COUNTED')
    for (const [pdb, count] of sumByContainer(broken, 'COUNTED'))
      emit('oracle_job', { ...tags, pdb }, { broken: count + (oldBroken.get(pdb) ?? 0) })
    for (const row of (await ask(RUNNING)) ?? []) {
      const pdb = textOf(row, 'PDB') ?? ''
      const running = numberOf(row, 'COUNTED')
      emit(
        'oracle_job',
        { ...tags, pdb },
        { running, running_max_seconds: numberOf(row, 'LONGEST') },
      )
    }
    for (const row of (await ask(AUTOTASKS)) ?? []) {
      const pdb = textOf(row, 'PDB') ?? ''
      const client = textOf(row, 'CLIENT_NAME') ?? ''
      const enabled = Number(textOf(row, 'STATUS') === 'ENABLED')
      emit('oracle_autotask', { ...tags, pdb, client }, { enabled })
    }
    const body = failed && { failed: describeRows(failed.filter(isJob), DESCRIBED, MOST_NAMED) }
    parts.settle()
    return body && sendWhenChanged(run, `oracle_jobs:${session.instance}`, body, memory, 'newest')
  },
})

/** Where no job failed there is one row without a job, so that the count is 0. */
function isJob(row: Row): boolean {
  return textOf(row, 'JOB_NAME') !== undefined
}

function sumByContainer(rows: readonly Row[] | undefined, column: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows ?? []) {
    const pdb = textOf(row, 'PDB') ?? ''
    sums.set(pdb, (sums.get(pdb) ?? 0) + (numberOf(row, column) ?? 0))
  }
  return sums
}

const DESCRIBED = {
  pdb: 'PDB',
  owner: 'OWNER',
  job: 'JOB_NAME',
  failures: 'FAILURES',
  error: 'ERROR',
}
