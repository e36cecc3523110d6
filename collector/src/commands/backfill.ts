import { EXIT, type Language, pickText, UsageError } from '@wardround/program'
import { isLocalizedText } from '@wardround/protocol'
import { setTimeout as delay } from 'node:timers/promises'
import { HttpProblem } from '../http/problem.ts'
import { parseRequestTime } from '../http/request-time.ts'
import type { BackfillProgress } from '../store/remote/backfills.ts'
import { askCollector, say } from './ask-collector.ts'
import { type BackfillReport, ProgressBar, ProgressLines } from './backfill-report.ts'
import type { CommonOptions } from './common-options.ts'

export interface BackfillOptions extends CommonOptions {
  readonly store: string
  readonly from?: string
  readonly to?: string
  readonly stop?: boolean
}

const LOOK_EVERY_MS = 500

/**
 * `backfill --store NAME --from TIME [--to TIME]`: the running collector copies; this shows how far it is until it is done. Ended before that, the collector goes on.
 * @throws UsageError, ConfigError, ControlError
 */
export async function backfill(options: BackfillOptions, language: Language): Promise<void> {
  const { store, stop = false } = options
  const command = stop ? 'backfill-stop' : 'backfill-start'
  const argument = { store, ...(stop ? {} : timesOf(options, Date.now(), language)) }
  const answer = await askCollector(command, argument, options, language)
  if (answer === undefined) return
  const refused = memberOf(answer, 'refused')
  if (isLocalizedText(refused)) throw new UsageError(pickText(refused, language))
  const progress = progressOf(answer)
  if (progress === undefined) return
  if (stop) return say(STOPPED, language)
  const report = process.stdout.isTTY
    ? new ProgressBar(process.stdout, language)
    : new ProgressLines(process.stdout, language)
  await follow(progress, report, options, language)
}

/** Until it is done, or can't be asked any more. */
async function follow(
  started: BackfillProgress,
  report: BackfillReport,
  options: BackfillOptions,
  language: Language,
): Promise<void> {
  for (let progress = started; ;) {
    report.show(progress)
    if (progress.filledToMs >= progress.toMs) return report.end(progress)
    await delay(LOOK_EVERY_MS)
    const { id } = started
    const answer = await askCollector('backfill-progress', { id }, options, language)
    if (answer === undefined) return
    const next = progressOf(answer)
    if (next === undefined) {
      say(STOPPED, language)
      process.exitCode = EXIT.failed
      return
    }
    progress = next
  }
}

const STOPPED = {
  zh: '补写已放弃；已写入的数据保留',
  en: 'the backfill was given up; what was copied stays',
}

/** Neither, or both: the end is now where it is not said. @throws UsageError */
function timesOf(
  { from, to }: Pick<BackfillOptions, 'from' | 'to'>,
  nowMs: number,
  language: Language,
): { readonly fromMs?: number; readonly toMs?: number } {
  if (from === undefined && to === undefined) return {}
  const fail = (text: { zh: string; en: string }) => new UsageError(pickText(text, language))
  if (from === undefined)
    throw fail({ zh: '有 --to 时必须有 --from', en: '--to wants --from as well' })
  try {
    const fromMs = parseRequestTime(from, '--from', nowMs)
    const toMs = parseRequestTime(to ?? 'now', '--to', nowMs)
    if (fromMs < toMs) return { fromMs, toMs }
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.detail === undefined) throw error
    throw fail(error.detail)
  }
  throw fail({ zh: '--from 应早于 --to', en: '--from should be before --to' })
}

function progressOf(answer: unknown): BackfillProgress | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- backfill-commands.ts answers so
  return memberOf(answer, 'progress') as BackfillProgress | undefined
}

function memberOf(answer: unknown, name: string): unknown {
  return new Map<string, unknown>(Object.entries(answer ?? {})).get(name)
}
