import {
  callControlSocket,
  ConfigError,
  EXIT,
  isNobodyThere,
  NoAnswerError,
  pickText,
  textOf,
  UsageError,
  type CommonOptions,
  type Language,
  type LocalizedText,
} from '@wardround/program'
import { errorCodeOf } from '@wardround/program/error-code'
import { controlSocketsOf } from '../agent-control.ts'
import {
  DEFAULT_REPORT_GROUP,
  REPORT_SOCKET,
  REPORT_VERB,
  reportSocketsOf,
} from '../report-address.ts'
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
 * @throws UsageError for a job that is not declared; ControlError where the agent refuses; NotTakenError where no agent could be asked and
 * nothing could be left; the system's error where the state directory takes nothing
 */
export async function sendBackupReport(
  job: string,
  report: BackupReport,
  options: CommonOptions,
  language: Language,
): Promise<Delivery> {
  const { state, jobs, problem } = await findAddressee(options)
  if (jobs !== undefined && !jobs.includes(job)) throw undeclared(job, jobs, language)
  if (await isTakenByOne(socketsOf(state), job, report)) return 'agent'
  if (state === undefined) throw nobodyThere(problem)
  await spoolReport(state, job, report)
  return 'spool'
}

/** The sockets for reports first; one who may give all commands needs no other group. */
function socketsOf(state: string | undefined): readonly string[] {
  const both = [reportSocketsOf, controlSocketsOf].map((list) => list(state ?? ''))
  // without a state directory there is the unit's own place alone, the last
  return both.flatMap((sockets) => (state === undefined ? sockets.slice(-1) : sockets))
}

/** False where nobody answers. @throws NotTakenError where one may not be used, and no other took it */
async function isTakenByOne(
  sockets: readonly string[],
  job: string,
  report: BackupReport,
): Promise<boolean> {
  const denied: string[] = []
  for (const socket of sockets) {
    try {
      if (await isTaken(socket, job, report)) return true
    } catch (error) {
      if (!isDenied(error)) throw error
      denied.push(socket)
    }
  }
  const [first] = denied
  if (first === undefined) return false
  // the unit's own comes last: that is the one which a group opens
  throw notAllowed(denied.findLast((path) => path.endsWith(REPORT_SOCKET)) ?? first)
}

function isDenied(error: unknown): boolean {
  return errorCodeOf(error) === 'EACCES'
}

/** The report is nowhere; says what would help. */
class NotTakenError extends Error {
  override readonly name = 'NotTakenError'
  readonly text: LocalizedText
  readonly exitCode: number

  constructor(text: LocalizedText, exitCode: number) {
    super(text.en)
    this.text = text
    this.exitCode = exitCode
  }
}

function notAllowed(socket: string): NotTakenError {
  const group = DEFAULT_REPORT_GROUP
  const text = {
    zh: `没有采集代理收到报告，当前用户无权使用 ${socket}：采集代理可能没有运行，或者需要把该用户加入 ${group} 组（或 agent.yaml 中 reports.group 指定的组）并重新登录`,
    en: `no agent took the report, and this user may not use ${socket}: the agent does not run, or the user is to join the group ${group} (or that of reports.group in agent.yaml) and log in again`,
  }
  return new NotTakenError(text, EXIT.notPermitted)
}

/** Nor is it known where to leave it. */
function nobodyThere(problem: unknown): NotTakenError {
  const socket = reportSocketsOf('').at(-1)
  const why =
    problem instanceof ConfigError
      ? { zh: problem.format('zh-CN'), en: problem.format('en') }
      : textOf(problem)
  const text = {
    zh: `没有采集代理收到报告：${socket} 无人应答；配置也无法读取，无法保存报告（${why.zh}）`,
    en: `no agent took the report: nobody answers on ${socket}, and where to leave it is not known, for the configuration can't be read (${why.en})`,
  }
  return new NotTakenError(text, EXIT.unreachable)
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
    await callControlSocket(socket, REPORT_VERB, { source: job, report })
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
