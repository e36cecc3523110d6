import { SeriesTable } from '@wardround/protocol'
import {
  ClosingStack,
  openLog,
  pickText,
  UsageError,
  nearestName,
  EXIT,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { systemClocks, systemTimers } from '../clocks.ts'
import { ProbeBoard } from '../probe-board.ts'
import { openProbes } from '../probe-runners.ts'
import type { Measurements, Probe, ProbeErrorCode } from '../probe.ts'
import { PROBES, SOURCES } from '../probes.gen.ts'
import type { SentStatement } from '../source.ts'
import type { SourceSettings } from '../source-session.ts'
import { SourceBoard, type SourceStanding } from '../source-standing.ts'
import { readConfiguration } from './configuration.ts'
import { SamplePrinter } from './sample-printer.ts'

/** Rates and percentages need two readings. */
const BETWEEN_RUNS_MS = 1_000

export interface TestProbeOptions extends CommonOptions {
  /** Name of the one source to look at, where several are of the probe's type. */
  readonly source?: string
}

/**
 * `test PROBE`: runs it as the agent would and prints what it gave; sends nothing to the collector. A probe that reads files runs twice,
 * a second apart; one that asks a server runs once, and each statement is shown with its duration or what it lacks.
 * Exit code 1 when it failed, 69 when the server can't be reached, 77 when a logon or a grant is refused.
 */
export async function testProbe(
  name: string,
  options: TestProbeOptions,
  language: Language,
): Promise<void> {
  const probe = PROBES.find(
    (candidate) => candidate.name === name && candidate.source.type !== 'agent',
  )
  if (probe === undefined) throw unknownProbe(name, language)
  const { settings, environment } = await readConfiguration(options)
  await using stack = new ClosingStack()
  const table = new SeriesTable()
  const sources = chooseSources(settings.sources, probe, options.source, language)
  const printer = new SamplePrinter(table, measurementsOf(probe, sources), language)
  const board = new ProbeBoard()
  const sourceBoard = new SourceBoard(systemClocks)
  const failures: ProbeErrorCode[] = []
  const asksServer = SOURCES.some(
    ({ type, statements }) => type === probe.source.type && statements !== undefined,
  )
  const { tasks } = await openProbes({
    settings: {
      ...settings,
      sources,
      probes: new Map([[name, { ...(settings.probes.get(name) ?? NO_SETTINGS), enabled: true }]]),
    },
    probes: [probe],
    sources: SOURCES,
    table,
    sink: printer,
    board,
    sourceBoard,
    environment,
    clocks: systemClocks,
    timers: systemTimers,
    log: openLog({ name: 'wardround-agent', level: 'silent' }),
    stack,
    isTrial: true,
    onStatement(sent) {
      printer.lines.push(...describeSent(sent, language))
      if (sent.code !== undefined) failures.push(sent.code)
    },
  })
  for (const isLast of asksServer ? [true] : [false, true]) {
    printer.lines = []
    for (const task of tasks)
      await task.run({
        timeMs: Date.now(),
        monotonicMs: performance.now(),
        sinceBootMs: systemClocks.sinceBootMs(),
      })
    if (!isLast) await new Promise((resolve) => setTimeout(resolve, BETWEEN_RUNS_MS))
  }
  const standings = sourceBoard.rows.flatMap((row) => describeStanding(row, language))
  const documents = [...printer.documents].map(([document, text]) => `${document} ${text}`)
  const lines = [...printer.lines, ...documents, ...board.describe(language), ...standings]
  process.stdout.write(`${lines.join('\n')}\n`)
  // a probe goes on when one of its statements is denied; whoever tries it must hear of that
  failures.push(...board.failures.map(({ code }) => code))
  process.exitCode = failures.map(exitCodeOf).at(-1) ?? exitCodeOfSources(sourceBoard)
}

const NO_SETTINGS = { everyMs: 10_000, options: {} }

/** What the probe emits: what it declares itself, and what the entries of its sources describe. */
function measurementsOf(probe: Probe, entries: readonly SourceSettings[]): Measurements {
  const source = SOURCES.find(({ type }) => type === probe.source.type)
  const described = entries.map(({ options }) => source?.declares?.(options) ?? {})
  return Object.assign({}, ...described, probe.measurements)
}

/** The sources that the probe reads. @throws UsageError where there is none, or none of the name */
function chooseSources(
  configured: readonly SourceSettings[],
  probe: Probe,
  wanted: string | undefined,
  language: Language,
): readonly SourceSettings[] {
  const ofType = configured.filter(({ type }) => type === probe.source.type)
  const chosen = ofType.filter(({ name }) => wanted === undefined || name === wanted)
  if (chosen.length > 0) return chosen
  const names = ofType.map(({ name }) => name).join(', ')
  const { type } = probe.source
  const message =
    ofType.length === 0
      ? {
          zh: `配置的 sources 中没有类型为 ${type} 的数据源，${probe.name} 无可采集`,
          en: `sources has no entry of type ${type}: there is nothing for ${probe.name} to look at`,
        }
      : {
          zh: `没有名为“${wanted}”的 ${type} 数据源；应为：${names}`,
          en: `there is no ${type} source "${wanted}"; expected one of ${names}`,
        }
  throw new UsageError(pickText(message, language))
}

/** A statement as it was sent, with how it went. */
function describeSent(
  { statement, durationMs, rows, error }: SentStatement,
  language: Language,
): string[] {
  const ms = durationMs.toFixed(1)
  const outcome =
    error === undefined
      ? { zh: `${ms} 毫秒，${rows} 行`, en: `${ms} ms, ${rows} ${rows === 1 ? 'row' : 'rows'}` }
      : { zh: `${ms} 毫秒，失败：${error.zh}`, en: `${ms} ms, failed: ${error.en}` }
  return [
    `-- ${statement.id}: ${pickText(outcome, language)}`,
    /^(?:GET|POST|DELETE) /.test(statement.text) ? statement.text : `${statement.text.trim()};`,
  ]
}

/** Why a source has no session: a probe of kind `up` reports that as a value, not as its failure. */
function describeStanding({ name, state, reason }: SourceStanding, language: Language): string[] {
  return state === 'working' || reason === undefined
    ? []
    : [`${name}: ${pickText(reason, language)}`]
}

function exitCodeOfSources({ rows }: SourceBoard): number {
  if (rows.some(({ state }) => state === 'refused')) return EXIT.notPermitted
  return rows.some(({ state }) => state === 'failing') ? EXIT.unreachable : EXIT.done
}

function exitCodeOf(code: ProbeErrorCode): number {
  if (code === 'NOT_ANSWERING') return EXIT.unreachable
  return code === 'NOT_PERMITTED' || code === 'REFUSED' ? EXIT.notPermitted : EXIT.failed
}

function unknownProbe(name: string, language: Language): UsageError {
  const names = PROBES.filter(({ source }) => source.type !== 'agent').map((probe) => probe.name)
  const near = nearestName(name, names)
  const message = {
    zh: `没有名为“${name}”的采集项${near === undefined ? '' : `；是否想写“${near}”？`}（wardround-agent list-probes 列出全部）`,
    en: `there is no probe "${name}"${near === undefined ? '' : `; did you mean "${near}"?`} (wardround-agent list-probes lists them)`,
  }
  return new UsageError(pickText(message, language))
}
