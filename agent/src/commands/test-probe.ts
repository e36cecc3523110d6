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
import { PROBES, SOURCES } from '../probes.gen.ts'
import type { SampleSink } from '../sample-sink.ts'
import { SourceBoard } from '../source-standing.ts'
import { readConfiguration } from './configuration.ts'

/** Rates and percentages need two readings. */
const BETWEEN_RUNS_MS = 1_000

/** `test PROBE`: runs it twice, a second apart, as the agent would, and prints what the second run gave. Sends nothing. Exit code 1 when it failed. */
export async function testProbe(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const probe = PROBES.find(
    (candidate) => candidate.name === name && candidate.source.type !== 'agent',
  )
  if (probe === undefined) throw unknownProbe(name, language)
  const { settings } = await readConfiguration(options)
  await using stack = new ClosingStack()
  const table = new SeriesTable()
  const board = new ProbeBoard()
  const printer = new Printer(table)
  const log = openLog({ name: 'wardround-agent', level: 'silent' })
  const enabled = {
    ...settings,
    probes: new Map([[name, { ...(settings.probes.get(name) ?? NO_SETTINGS), enabled: true }]]),
  }
  const { tasks } = await openProbes({
    settings: enabled,
    probes: [probe],
    sources: SOURCES,
    table,
    sink: printer,
    board,
    sourceBoard: new SourceBoard(systemClocks.nowMs),
    environment: process.env,
    clocks: systemClocks,
    timers: systemTimers,
    log,
    stack,
  })
  for (const isLast of [false, true]) {
    printer.lines = []
    for (const task of tasks)
      await task.run({
        timeMs: Date.now(),
        monotonicMs: performance.now(),
        sinceBootMs: systemClocks.sinceBootMs(),
      })
    if (!isLast) await new Promise((resolve) => setTimeout(resolve, BETWEEN_RUNS_MS))
  }
  process.stdout.write(`${[...printer.lines, JSON.stringify(board.toJson())].join('\n')}\n`)
  if (printer.failed) process.exitCode = EXIT.failed
}

const NO_SETTINGS = { everyMs: 10_000, options: {} }

/** Writes samples as `measurement{tag="value"} field value`. */
class Printer implements SampleSink {
  lines: string[] = []
  failed = false
  readonly #table: SeriesTable

  constructor(table: SeriesTable) {
    this.#table = table
  }

  addSample(_subject: string, _tick: unknown, series: number, value: number): void {
    const { measurement, tags, field } = this.#table.shapeOf(series)
    const shown = tags.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(',')
    this.lines.push(`${measurement}{${shown}} ${field} ${value}`)
    if (measurement === 'probe' && field === 'success') this.failed = value === 0
  }

  addDocument(document: { readonly name: string; readonly body: unknown }): void {
    this.lines.push(`${document.name} ${JSON.stringify(document.body)}`)
  }

  addEvent(event: { readonly kind: string; readonly key: string; readonly body: unknown }): void {
    this.lines.push(`event ${event.kind} ${event.key} ${JSON.stringify(event.body)}`)
  }

  countDropped(reason: string, samples: number): void {
    this.lines.push(`dropped ${samples}: ${reason}`)
  }
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
