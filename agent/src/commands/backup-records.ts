import {
  becomeOwnerOf,
  pickText,
  UsageError,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import type { BackupStatement } from '../backup-records/backup-record.ts'
import { BackupRecords, BackupRecordsError } from '../backup-records/backup-records.ts'
import { nameOfUser } from '../backup-records/name-of-user.ts'
import { systemClocks } from '../clocks.ts'
import type { AgentSettings } from '../settings.ts'
import type { SourceSettings } from '../source-session.ts'
import { readConfiguration } from './configuration.ts'
import { readText, readTime } from './backup-words.ts'

export interface AttestOptions extends CommonOptions {
  readonly job: string
  readonly medium: string
  readonly operator: string
  readonly taken?: string
  readonly note?: string
}

/** `backup attest`: a person says that a copy lies on a medium that no program can look at. */
export async function attestBackup(options: AttestOptions, language: Language): Promise<void> {
  const { settings } = await readConfiguration(options)
  const nowMs = systemClocks.nowMs()
  const job = findEntry(settings, options.job, ATTESTED, language)
  const taken =
    options.taken === undefined ? nowMs : readTime(options.taken, '--taken', nowMs, language)
  await addRecord(settings, language, {
    kind: 'attested',
    job: String(job.options['job']),
    medium: readText(options.medium, '--medium', language),
    operator: readText(options.operator, '--operator', language),
    takenMs: taken,
    ...noteOf(options, language),
  })
}

export interface RestoredOptions extends CommonOptions {
  readonly job: string
  readonly operator: string
  readonly started: string
  readonly ended: string
  readonly result: 'ok' | 'failed'
  readonly note?: string
}

/** `backup restored`: a person says how restoring a backup went. */
export async function recordRestore(options: RestoredOptions, language: Language): Promise<void> {
  const { settings } = await readConfiguration(options)
  const nowMs = systemClocks.nowMs()
  const job = findEntry(settings, options.job, RESTORED, language)
  const startedMs = readTime(options.started, '--started', nowMs, language)
  const endedMs = readTime(options.ended, '--ended', nowMs, language)
  if (endedMs < startedMs)
    throw usage({ zh: '--ended 早于 --started', en: '--ended is before --started' }, language)
  await addRecord(settings, language, {
    kind: 'restored',
    job: String(job.options['job']),
    operator: readText(options.operator, '--operator', language),
    startedMs,
    endedMs,
    result: options.result,
    ...noteOf(options, language),
  })
}

/** The last that a command does: signs it and says under which number. @throws UsageError where what is there was tampered with */
export async function addRecord(
  { state }: Pick<AgentSettings, 'state'>,
  language: Language,
  said: BackupStatement,
): Promise<void> {
  try {
    const enteredBy = nameOfUser() // who ran it, not whom root becomes
    await becomeOwnerOf(state)
    const { record, digest } = await new BackupRecords(state).add(said, systemClocks, enteredBy)
    const done = {
      zh: `已登记，第 ${record.number} 条，摘要 ${digest.slice(0, 16)}；代理会在 10 分钟内上报`,
      en: `recorded as number ${record.number}, digest ${digest.slice(0, 16)}; the agent tells it within 10 minutes`,
    }
    process.stdout.write(`${pickText(done, language)}\n`)
  } catch (error) {
    if (error instanceof BackupRecordsError)
      throw usage(
        { zh: `没有登记：${error.message}`, en: `not recorded: ${error.message}` },
        language,
      )
    throw error
  }
}

/** Which entries of agent.yaml a record may be about. */
interface Wanted {
  readonly type: string
  readonly fits: (options: Readonly<Record<string, unknown>>) => boolean
  readonly hint: LocalizedText
}

const ATTESTED: Wanted = {
  type: 'backupcopy',
  fits: ({ second }) => second === undefined,
  hint: {
    zh: '在 agent.yaml 中写 - type: backupcopy（不含 second）',
    en: 'write - type: backupcopy without second into agent.yaml',
  },
}

export const RESTORED: Wanted = {
  type: 'restoretest',
  fits: () => true,
  hint: {
    zh: '在 agent.yaml 中写 - type: restoretest',
    en: 'write - type: restoretest into agent.yaml',
  },
}

/** The entry that declares the job: a misspelt name would be a record that nobody ever looks at. @throws UsageError */
export function findEntry(
  { sources }: Pick<AgentSettings, 'sources'>,
  job: string,
  { type, fits, hint }: Wanted,
  language: Language,
): SourceSettings {
  const entries = sources.filter((source) => source.type === type && fits(source.options))
  const found = entries.find(({ options }) => options['job'] === job)
  if (found !== undefined) return found
  const jobs = entries.map(({ options }) => String(options['job'])).join(', ')
  const known = jobs === '' ? hint : { zh: `已声明：${jobs}`, en: `declared are ${jobs}` }
  throw usage(
    {
      zh: `没有声明备份作业“${job}”；${known.zh}`,
      en: `there is no job "${job}"; ${known.en}`,
    },
    language,
  )
}

function noteOf({ note }: { readonly note?: string }, language: Language): { note?: string } {
  return note === undefined ? {} : { note: readText(note, '--note', language) }
}

function usage(text: LocalizedText, language: Language): UsageError {
  return new UsageError(pickText(text, language))
}
