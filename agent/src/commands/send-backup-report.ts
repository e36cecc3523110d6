import {
  callControlSocket,
  isNobodyThere,
  NoAnswerError,
  pickText,
  UsageError,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { controlSocketsOf } from '../agent-control.ts'
import { spoolReport } from '../report-spool.ts'
import type { BackupReport } from '../sources/backup/parse-report.ts'
import { readConfiguration } from './configuration.ts'

/** Who has a report now: the running agent, or the state directory until its next start. */
export type Delivery = 'agent' | 'spool'

/** What is known of the agent that a report is for. */
interface Addressee {
  readonly state: string | undefined
  /** Names of the declared jobs; undefined where the configuration is not ours to read. */
  readonly jobs: readonly string[] | undefined
  /** Why it could not be read. */
  readonly problem: unknown
}

/**
 * Hands a report of a backup job to the running agent, or puts it down for its next start.
 * @throws UsageError for a job that is not declared; ControlError where the agent refuses; the system's error where neither the socket nor
 * the state directory is ours to use
 */
export async function sendBackupReport(
  job: string,
  report: BackupReport,
  options: CommonOptions,
  language: Language,
): Promise<Delivery> {
  const { state, jobs, problem } = await findAddressee(options)
  if (jobs !== undefined && !jobs.includes(job)) throw undeclared(job, jobs, language)
  // of the state directory alone the last is the unit's own
  for (const socket of controlSocketsOf(state ?? '').slice(state === undefined ? -1 : 0))
    if (await isTaken(socket, job, report)) return 'agent'
  if (state === undefined) throw problem
  await spoolReport(state, job, report)
  return 'spool'
}

/** A user of a database's may report without being able to read the agent's configuration: the agent then says which jobs there are. */
async function findAddressee(options: CommonOptions): Promise<Addressee> {
  try {
    const { settings } = await readConfiguration(options)
    const jobs = settings.sources.filter(({ type }) => type === 'backup').map(({ name }) => name)
    return { state: settings.state, jobs, problem: undefined }
  } catch (problem) {
    if (options.config !== undefined && options.state === undefined) throw problem
    return { state: options.state, jobs: undefined, problem }
  }
}

/** False where nobody answers. */
async function isTaken(socket: string, job: string, report: BackupReport): Promise<boolean> {
  try {
    await callControlSocket(socket, 'backup-report', { source: job, report })
    return true
  } catch (error) {
    if (isNobodyThere(error) || error instanceof NoAnswerError) return false
    throw error
  }
}

function undeclared(job: string, jobs: readonly string[], language: Language): UsageError {
  const names = jobs.join(language === 'en' ? ', ' : '、')
  const declared =
    jobs.length === 0
      ? { zh: '配置中没有声明任何备份作业', en: 'no backup job is declared in the configuration' }
      : { zh: `应为以下之一：${names}`, en: `expected one of ${names}` }
  const message = {
    zh: `没有声明名为“${job}”的备份作业；${declared.zh}`,
    en: `no backup job "${job}" is declared; ${declared.en}`,
  }
  return new UsageError(pickText(message, language))
}
