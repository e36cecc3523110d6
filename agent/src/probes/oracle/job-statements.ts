import type { Statement } from '../../statement.ts'
import { perContainer } from './per-container.ts'

const QUESTION = { cost: 'moderate' } as const

export const FAILED: readonly Statement[] = perContainer({
  ...QUESTION,
  id: 'oracle.job.failed',
  views: ['SCHEDULER_JOB_RUN_DETAILS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.OWNER, T.JOB_NAME, COUNT(T.STATUS) AS FAILURES, MAX(T.ERROR#) AS ERROR
${reach.groups(
  reach.view('SCHEDULER_JOB_RUN_DETAILS'),
  `T.STATUS = 'FAILED' AND T.LOG_DATE > SYSTIMESTAMP - INTERVAL '1' DAY`,
  'T.OWNER, T.JOB_NAME',
)}
ORDER BY 4 DESC`,
})

/** Jobs of the scheduler that have failed too often to be tried again. */
export const BROKEN: readonly Statement[] = perContainer({
  ...QUESTION,
  id: 'oracle.job.broken',
  views: ['SCHEDULER_JOBS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.STATE) AS COUNTED
${reach.groups(reach.view('SCHEDULER_JOBS'), `T.STATE = 'BROKEN'`)}`,
})

/** Jobs of DBMS_JOB; from 19c on they are the scheduler's, and counted there. */
export const OLD_BROKEN: readonly Statement[] = perContainer({
  ...QUESTION,
  id: 'oracle.job.old-broken',
  before: [19],
  views: ['JOBS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.BROKEN) AS COUNTED
${reach.groups(reach.view('JOBS'), `T.BROKEN = 'Y'`)}`,
})

export const RUNNING: readonly Statement[] = perContainer({
  ...QUESTION,
  id: 'oracle.job.running',
  views: ['SCHEDULER_RUNNING_JOBS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.JOB_NAME) AS COUNTED,
       MAX(EXTRACT(DAY FROM T.ELAPSED_TIME) * 86400 + EXTRACT(HOUR FROM T.ELAPSED_TIME) * 3600
         + EXTRACT(MINUTE FROM T.ELAPSED_TIME) * 60 + EXTRACT(SECOND FROM T.ELAPSED_TIME)) AS LONGEST
${reach.groups(reach.view('SCHEDULER_RUNNING_JOBS'), 'T.JOB_NAME IS NOT NULL')}`,
})

/** The three that Oracle brings: statistics, segment advice, tuning advice. */
export const AUTOTASKS: readonly Statement[] = perContainer({
  ...QUESTION,
  id: 'oracle.job.autotask',
  views: ['AUTOTASK_CLIENT'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.CLIENT_NAME, T.STATUS
${reach.rows(reach.view('AUTOTASK_CLIENT'), 'T.CLIENT_NAME IS NOT NULL')}
ORDER BY 1, 2`,
})

export const JOB_STATEMENTS: readonly Statement[] = [
  ...FAILED,
  ...BROKEN,
  ...OLD_BROKEN,
  ...RUNNING,
  ...AUTOTASKS,
]
