import type { LocalizedText } from '@wardround/protocol'
import { ControlError, textOf } from '@wardround/program/running'
import { asRecord } from '../../as-record.ts'
import type { KeptFile } from '../../kept-file.ts'
import type { TakenReports } from '../../report-spool.ts'
import type { BackupEvidence, BackupRun } from './backup-run.ts'
import type { BackupSchedule } from './backup-schedule.ts'
import { newJobRecord } from './job-record.ts'
import { judgeJob, type JobVerdict } from './judge-job.ts'
import { addReport, type KeptJob } from './kept-job.ts'
import { isReport, parseReport, toRun, type BackupReport } from './parse-report.ts'

/** What tells a job from others. */
export interface JobNames {
  readonly job: string
  readonly database: string
  readonly tool: string
  readonly kind: string
}

/** Evidence of each copy. */
export type CopiesEvidence = ReadonlyMap<string, BackupEvidence>

/** Looks for what a job has left. @throws ProbeError where that can't be asked */
export interface EvidenceReader extends Disposable {
  read(nowMs: number, kept: KeptJob, signal?: AbortSignal): Promise<CopiesEvidence>
}

/** Reports that were put down while no agent ran. */
export interface ReportSpool {
  take(): Promise<TakenReports>
}

export interface BackupSessionOptions {
  readonly names: JobNames
  /** The copy that is told of where nothing can be asked. */
  readonly copy: string
  /** Each repository of the tool is a copy: what was seen once is not forgotten. */
  readonly hasCopies: boolean
  readonly schedule: BackupSchedule
  readonly reader: EvidenceReader | undefined
  readonly kept: Pick<KeptFile<KeptJob>, 'read' | 'write'>
  readonly spool: ReportSpool
}

/** How one copy of a job stands. */
export interface CopyStanding {
  readonly copy: string
  readonly verdict: JobVerdict
}

export interface JobStanding {
  readonly copies: readonly CopyStanding[]
  /** Why the tool could not be asked. */
  readonly failure: Error | undefined
}

/** Kinds of no usual size. */
const VARYING = ['incr', 'diff', 'log', 'archivelog']

const NOTHING: KeptJob = { copies: {}, reports: [] }

/** One backup job: what shows that it was done, what was reported of it, and what is remembered. */
export class BackupSession {
  readonly names: JobNames
  readonly #options: BackupSessionOptions
  #now: Promise<JobStanding> | undefined
  /** Whether the state directory did not take what is known. */
  #isUnwritten = false

  constructor(options: BackupSessionOptions) {
    this.names = options.names
    this.#options = options
  }

  /** One look at a time: a directory that hangs holds up one look and no more. */
  look(nowMs: number, signal?: AbortSignal): Promise<JobStanding> {
    this.#now ??= this.#look(nowMs, signal).finally(() => (this.#now = undefined))
    return this.#now
  }

  /** @throws ControlError for what is no report, and where the report counts, but would not outlive a restart */
  async report(argument: unknown): Promise<string> {
    const report = parseReport(asRecord(argument)['report'])
    if (!isReport(report)) throw new ControlError(report)
    const kept = await this.#kept()
    if (await this.#keep(kept, { ...kept, reports: addReport(kept.reports, report) }))
      return this.names.job
    throw new ControlError(notWritten(this.names.job))
  }

  async #look(nowMs: number, signal: AbortSignal | undefined): Promise<JobStanding> {
    await this.#takeSpooled()
    const { evidence, failure } = await this.#evidence(nowMs, signal)
    const kept = await this.#kept()
    const copies = this.#copiesOf(evidence, kept).map((copy) => ({
      copy,
      verdict: judgeJob({
        schedule: this.#options.schedule,
        comparesSizes: this.#comparesSizes,
        record: kept.copies[copy] ?? newJobRecord(nowMs),
        evidence: evidence?.get(copy) ?? (evidence === undefined ? undefined : { runs: [] }),
        failedReport: this.#failedReport(kept.reports),
        nowMs,
      }),
    }))
    const records = Object.fromEntries(copies.map(({ copy, verdict }) => [copy, verdict.record]))
    await this.#keep(kept, { ...kept, copies: { ...kept.copies, ...records } })
    return { copies, failure }
  }

  async #evidence(
    nowMs: number,
    signal: AbortSignal | undefined,
  ): Promise<{ evidence: CopiesEvidence | undefined; failure: Error | undefined }> {
    const { reader, copy } = this.#options
    const kept = await this.#kept()
    if (reader === undefined)
      return { evidence: new Map([[copy, reported(kept.reports)]]), failure: undefined }
    try {
      return { evidence: await reader.read(nowMs, kept, signal), failure: undefined }
    } catch (error) {
      return {
        evidence: undefined,
        failure: error instanceof Error ? error : new Error(String(error)),
      }
    }
  }

  /** pgBackRest tells how large the database is; of others an increment or a log is as large as what happened. */
  get #comparesSizes(): boolean {
    const { tool, kind } = this.names
    return tool === 'pgbackrest' || !VARYING.includes(kind)
  }

  /** Those that were ever seen: a repository that is gone is missing, not forgotten. */
  #copiesOf(evidence: CopiesEvidence | undefined, kept: KeptJob): readonly string[] {
    const { copy, hasCopies } = this.#options
    if (!hasCopies) return [copy]
    const known = new Set([...Object.keys(kept.copies), ...(evidence?.keys() ?? [])])
    return known.size === 0 ? [copy] : [...known].toSorted()
  }

  /** A report of a failure beside evidence; where there is no other evidence, reports are it. */
  #failedReport(reports: readonly BackupReport[]): BackupRun | undefined {
    if (this.#options.reader === undefined) return undefined
    const latest = reports.findLast(({ status }) => status !== 'running')
    return latest?.status === 'failed' ? toRun(latest) : undefined
  }

  async #takeSpooled(): Promise<void> {
    const taken = await this.#options.spool.take()
    const reports = taken.reports.map(parseReport).filter(isReport)
    const kept = await this.#kept()
    const all = reports.reduce(addReport, kept.reports)
    if (await this.#keep(kept, { ...kept, reports: all })) await taken.forget()
  }

  async #kept(): Promise<KeptJob> {
    return (await this.#options.kept.read()) ?? NOTHING
  }

  /**
   * Written when something is new, not at every look, or when it could not be the last time.
   * @returns whether all of it outlives a restart
   */
  async #keep(before: KeptJob, after: KeptJob): Promise<boolean> {
    const isSame =
      before.reports === after.reports &&
      Object.entries(after.copies).every(([copy, record]) => before.copies[copy] === record)
    if (!isSame || this.#isUnwritten) this.#isUnwritten = !(await this.#options.kept.write(after))
    return !this.#isUnwritten
  }
}

function reported(reports: readonly BackupReport[]): BackupEvidence {
  return { runs: reports.map(toRun), ...(reports.length === 0 ? { absent: NO_REPORT } : {}) }
}

function notWritten(job: string): LocalizedText {
  return {
    zh: `作业 ${job} 的报告已计入，但无法写入状态目录，采集代理重启后会丢失`,
    en: `the report of ${job} counts, but the state directory can't be written: a restart of the agent forgets it`,
  }
}

/** Why a copy stands as it does. */
export function reasonOf(
  { verdict }: CopyStanding,
  failure: Error | undefined,
): LocalizedText | undefined {
  return failure === undefined ? verdict.message : textOf(failure)
}

const NO_REPORT: LocalizedText = {
  zh: '还没有收到任何报告',
  en: 'nothing was reported yet',
}
