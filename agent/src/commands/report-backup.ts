import { randomBytes } from 'node:crypto'
import { pickText, UsageError, type CommonOptions, type Language } from '@wardround/program'
import { maskSecrets } from '../mask-secrets.ts'
import { isReport, parseReport } from '../sources/backup/parse-report.ts'
import { sendBackupReport } from './send-backup-report.ts'

export interface ReportBackupOptions extends CommonOptions {
  readonly job: string
  readonly status: string
  readonly bytes?: string
  readonly start?: string
  readonly end?: string
  readonly message?: string
}

/** `backup report`: what a script says of a run of a declared job; without `--end` it ended now. */
export async function reportBackup(given: ReportBackupOptions, language: Language): Promise<void> {
  const endMs = timeOf(given.end, '--end', language) ?? Date.now()
  const startMs = timeOf(given.start, '--start', language)
  const report = parseReport({
    id: `report-${endMs}-${randomBytes(4).toString('hex')}`,
    status: given.status,
    endMs,
    ...(startMs === undefined ? {} : { startMs }),
    ...(given.bytes === undefined ? {} : { bytes: bytesOf(given.bytes, language) }),
    ...(given.message === undefined ? {} : { message: maskSecrets(given.message) }),
  })
  if (!isReport(report)) throw new UsageError(pickText(report, language))
  const delivery = await sendBackupReport(given.job, report, given, language)
  const done =
    delivery === 'agent'
      ? {
          zh: `作业 ${given.job} 的报告已交给采集代理`,
          en: `the agent has the report of ${given.job}`,
        }
      : {
          zh: `采集代理没有运行；作业 ${given.job} 的报告已保存，代理启动后读取`,
          en: `the agent does not run; the report of ${given.job} waits for its start`,
        }
  process.stdout.write(`${pickText(done, language)}\n`)
}

/** RFC 3339, or seconds since 1970. @throws UsageError */
function timeOf(text: string | undefined, option: string, language: Language): number | undefined {
  if (text === undefined) return undefined
  const atMs = /^\d{9,11}$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (Number.isFinite(atMs)) return atMs
  const message = {
    zh: `${option} ${text} 不是时间；应为 2026-11-22T02:00:00+08:00 或 1970 年以来的秒数`,
    en: `${option} ${text} is no time; expected such as 2026-11-22T02:00:00+08:00, or seconds since 1970`,
  }
  throw new UsageError(pickText(message, language))
}

function bytesOf(text: string, language: Language): number {
  if (/^\d{1,16}$/.test(text)) return Number(text)
  const message = { zh: `--bytes ${text} 不是字节数`, en: `--bytes ${text} is no number of bytes` }
  throw new UsageError(pickText(message, language))
}
