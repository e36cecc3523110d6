import type { LocalizedText, SeriesTable } from '@wardround/protocol'
import type { Logger } from '@wardround/program'
import type { Clocks, Timers } from './clocks.ts'
import type { ProbeStanding } from './probe-board.ts'
import { NoDataError, ProbeError, type Measurements, type Probe } from './probe.ts'
import { RunRecorder } from './run-recorder.ts'
import type { RunReporter } from './run-report.ts'
import type { SampleSink } from './sample-sink.ts'
import type { ScheduledTask, Tick } from './scheduler.ts'
import { SubjectIndexes } from './subject-indexes.ts'
import type { Session } from './source.ts'
import type { SourceSession } from './source-session.ts'
import { timeoutMsOf } from './statement.ts'

export interface ProbeRunnerOptions {
  readonly probe: Probe
  readonly source: SourceSession
  readonly options: Readonly<Record<string, unknown>>
  readonly everyMs: number
  /** Name of the source where that is one of many devices that this agent polls. */
  readonly device?: string | undefined
  /** Tags that the site puts on every series. */
  readonly siteTags: Readonly<Record<string, string>>
  readonly table: SeriesTable
  readonly sink: SampleSink
  readonly reporter: RunReporter
  readonly standing: ProbeStanding
  readonly clocks: Clocks
  readonly timers: Timers
  readonly log: Logger
}

const LONGEST_DEADLINE_MS = 30_000
/** What this machine does not have is looked for so often. */
const LOOK_AGAIN_MS = 60_000

/**
 * Runs one probe: no two runs at once, each cut at its deadline and its number of samples, what it emits checked and rounded by its
 * declaration. Never rejects: how it went is in the measurement `probe`, and in the log when it changes.
 */
export class ProbeRunner implements ScheduledTask {
  readonly name: string
  readonly everyMs: number
  readonly device: string | undefined
  readonly #with: ProbeRunnerOptions
  readonly #deadlineMs: number
  #indexes: SubjectIndexes | undefined
  #memory: unknown
  /** The run that has not come back yet, maybe past its deadline. */
  #open: { startedMs: number; cut: boolean } | undefined
  #runs = 0
  #lookAgainAtMs = -Infinity

  constructor(options: ProbeRunnerOptions) {
    this.name = options.probe.name
    this.everyMs = options.everyMs
    this.device = options.device
    this.#with = options
    this.#deadlineMs = options.probe.deadlineMs ?? defaultDeadlineMs(options)
  }

  run(tick: Tick): void | Promise<void> {
    if (this.#open !== undefined) return this.#skip(tick)
    if (tick.monotonicMs < this.#lookAgainAtMs) return undefined
    const startedMs = this.#with.clocks.monotonicMs()
    const open = { startedMs, cut: false }
    const recorder = new RunRecorder({
      tick,
      run: ++this.#runs,
      sink: this.#with.sink,
      monotonicMs: startedMs,
      onRemark: (text) => this.#remark(text),
    })
    this.#open = open
    let outcome: unknown
    try {
      outcome = this.#sample(recorder)
    } catch (error) {
      this.#open = undefined
      return this.#finish(recorder, tick, startedMs, error)
    }
    if (outcome instanceof Promise) return this.#await(outcome, recorder, tick, open)
    this.#open = undefined
    this.#memory = outcome
    return this.#finish(recorder, tick, startedMs)
  }

  /** The run before still hangs: no second one is started beside it. */
  #skip(tick: Tick): void {
    const open = this.#open
    if (open === undefined || !open.cut) return
    const durationMs = this.#with.clocks.monotonicMs() - open.startedMs
    this.#report(tick, durationMs, 0, this.#deadlineError())
  }

  #sample(recorder: RunRecorder): unknown {
    const session = this.#with.source.acquire()
    if (session instanceof Promise)
      return session.then((opened) => this.#sampleWith(opened, recorder))
    return this.#sampleWith(session, recorder)
  }

  #sampleWith({ session, subject }: Session<unknown>, recorder: RunRecorder): unknown {
    const { probe, options, table, siteTags } = this.#with
    if (this.#indexes?.own.subject !== subject)
      this.#indexes = new SubjectIndexes(table, this.#measurements(), subject, siteTags)
    return probe.sample(recorder.open(session, this.#indexes, options, this.#memory))
  }

  #measurements(): Measurements {
    const { probe, source } = this.#with
    return probe.emitsDeclared === true
      ? { ...source.declared, ...probe.measurements }
      : probe.measurements
  }

  /** Waits for the run or its deadline; a run that comes back later is let in again, its result is not. */
  #await(
    outcome: Promise<unknown>,
    recorder: RunRecorder,
    tick: Tick,
    open: { startedMs: number; cut: boolean },
  ): Promise<void> {
    return new Promise((resolve) => {
      const settle = (error: unknown, memory?: unknown) => {
        this.#open = undefined
        if (open.cut) return
        cancel()
        if (error === undefined) this.#memory = memory
        this.#finish(recorder, tick, open.startedMs, error)
        resolve()
      }
      const cancel = this.#with.timers.after(this.#deadlineMs, () => {
        open.cut = true
        this.#finish(recorder, tick, open.startedMs, this.#deadlineError())
        resolve()
      })
      outcome.then(
        (memory) => settle(undefined, memory),
        (error: unknown) => settle(error ?? new Error('rejected without a reason')),
      )
    })
  }

  #finish(recorder: RunRecorder, tick: Tick, startedMs: number, error?: unknown): void {
    recorder.close()
    this.#indexes?.endRun()
    const durationMs = this.#with.clocks.monotonicMs() - startedMs
    const problem = recorder.problem?.code === 'FLOOD' ? recorder.problem : error
    this.#report(tick, durationMs, recorder.samples, problem ?? recorder.problem)
  }

  #report(tick: Tick, durationMs: number, samples: number, error: unknown): void {
    const { probe, source, reporter, standing, log } = this.#with
    const absent = error instanceof NoDataError
    // Half an interval less, so that the tick of that minute counts though it comes a little early.
    this.#lookAgainAtMs = absent ? tick.monotonicMs + LOOK_AGAIN_MS - this.everyMs / 2 : -Infinity
    const failure = error === undefined || absent ? undefined : toProbeError(error)
    const fields = { probe: probe.name, target: source.name }
    if (failure !== undefined) {
      const { code, message, text, isTold } = failure
      if (standing.record('failed', { code, message, text, isTold }))
        log[isTold ? 'debug' : 'warn']({ ...fields, code, reason: message }, 'probe failed')
    } else if (absent) {
      if (standing.record('absent', undefined, error))
        log.debug({ ...fields, reason: error.message }, 'probe has nothing to report here')
    } else {
      const before = standing.state
      if (standing.record('ok') && before === 'failed') log.info(fields, 'probe works again')
    }
    reporter.write(
      {
        probe: probe.name,
        target: source.name,
        success: failure === undefined,
        durationMs,
        samples,
        errorCode: failure?.code,
      },
      tick,
    )
  }

  #deadlineError(): ProbeError {
    const ms = Math.round(this.#deadlineMs)
    return new ProbeError('DEADLINE', {
      zh: `${ms} 毫秒内没有结果`,
      en: `no answer within ${ms} ms`,
    })
  }

  #remark(text: LocalizedText): void {
    const { probe, source, standing, log } = this.#with
    if (standing.remark(text))
      log.info({ probe: probe.name, target: source.name, remark: text.en }, 'probe remarks')
  }
}

/** Four fifths of the interval, at most 30 s or what two of its longest statements may take: another probe may have the session first. */
function defaultDeadlineMs({ probe, everyMs }: ProbeRunnerOptions): number {
  const longest = Math.max(0, ...(probe.statements ?? []).map(timeoutMsOf))
  return Math.min(Math.max(LONGEST_DEADLINE_MS, 2 * longest), everyMs * 0.8)
}

function toProbeError(error: unknown): ProbeError {
  if (error instanceof ProbeError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ProbeError('UNEXPECTED', message, { cause: error })
}
