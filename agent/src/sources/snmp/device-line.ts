import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import type { QuietHours } from '../server/quiet-hours.ts'
import { findSilence } from '../server/silence.ts'
import { DeviceFailure } from './device-failure.ts'
import { readCredentials } from './snmp-credentials.ts'
import { SnmpError } from './snmp-failure.ts'
import type { OpenLink, Patience, SnmpLink } from './snmp-link.ts'
import type { SnmpAnswer, SnmpRequest } from './snmp-request.ts'
import type { SnmpTarget } from './snmp-target.ts'
import { TimeBudget } from './time-budget.ts'

export interface DeviceLineOptions extends Patience {
  readonly target: SnmpTarget
  /** Names the device in messages: `fc1 (10.0.0.9:161)`. */
  readonly device: string
  readonly budgetMs: number
  readonly quietHours: readonly QuietHours[]
}

/** What has gone over the line since the agent started. */
export interface LineCounts {
  requests: number
  varbinds: number
  timeouts: number
}

/** A question that costs a device next to nothing: whether it answers at all. */
const ALIVE: SnmpRequest = { kind: 'get', oids: ['1.3.6.1.2.1.1.3.0'] }
/** Beyond the patience of a request, should its end never be told. */
const GRACE_MS = 1_000

/**
 * All that is asked of one device: one request at a time, within its time budget, not at all while the source is paused or quiet, and after a failure
 * one short try per step of the back-off.
 */
export class DeviceLine {
  readonly counts: LineCounts = { requests: 0, varbinds: 0, timeouts: 0 }
  readonly #options: DeviceLineOptions
  readonly #context: SourceContext
  readonly #openLink: OpenLink
  readonly #budget: TimeBudget
  readonly #failure: DeviceFailure
  #link: SnmpLink | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: DeviceLineOptions, context: SourceContext, openLink: OpenLink) {
    this.#options = options
    this.#context = context
    this.#openLink = openLink
    this.#budget = new TimeBudget(options.budgetMs, context.clocks)
    this.#failure = new DeviceFailure(options.device, context)
  }

  /** What is wrong with the device, as far as is known. */
  get failure(): SnmpError | undefined {
    return this.#failure.current
  }

  /**
   * Sends one request when its turn has come.
   * @throws NoDataError while nothing may be sent
   * @throws ProbeError NOT_ANSWERING, NOT_PERMITTED, UNPARSABLE or DEADLINE, its cause the SnmpError
   */
  ask(request: SnmpRequest, signal: AbortSignal): Promise<SnmpAnswer> {
    const turn = this.#turn.then(() => this.#ask(request, signal))
    this.#turn = turn.catch(() => undefined) // whoever asked is told; the next one starts afresh
    return turn
  }

  /** Ends what is under way, because the source was paused. */
  cut(): void {
    this.#dropLink()
  }

  /** May try at once. */
  resume(): void {
    this.#failure.forget()
  }

  close(): void {
    this.#closed = true
    this.#dropLink()
  }

  async #ask(request: SnmpRequest, signal: AbortSignal): Promise<SnmpAnswer> {
    this.#refuseWhenOver(signal)
    this.#refuseWhenSilent()
    await this.#failure.refuseWhileBackingOff()
    this.#refuseWhenSpent()
    const cut = () => this.#dropLink()
    signal.addEventListener('abort', cut, { once: true })
    const wasWorking = this.#failure.current === undefined
    try {
      const answer = await this.#sendOrSendAgain(request, wasWorking)
      this.#failure.clear()
      return answer
    } catch (error) {
      this.#refuseWhenCut(signal)
      const failure = toSnmpError(error)
      const isAlive = wasWorking && (await this.#isAlive(failure))
      this.#refuseWhenCut(signal)
      throw isAlive ? this.#failure.ofRequest(failure, request) : this.#failure.enter(failure)
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  /** A device that was restarted has another engine time: it is asked for, and the request sent once more. */
  async #sendOrSendAgain(request: SnmpRequest, wasWorking: boolean): Promise<SnmpAnswer> {
    const { timeoutMs, retries } = this.#options
    const patience = { timeoutMs, retries: wasWorking ? retries : 0 }
    try {
      return await this.#send(request, patience)
    } catch (error) {
      if (!(error instanceof SnmpError) || error.failure !== 'out_of_time') throw error
      return this.#send(request, patience)
    }
  }

  /** Whether the device is there after all, and only this request went wrong. */
  async #isAlive({ failure, isRefusal }: SnmpError): Promise<boolean> {
    if (isRefusal || (failure !== 'silent' && failure !== 'garbage')) return false
    const { timeoutMs } = this.#options
    return this.#send(ALIVE, { timeoutMs, retries: 0 }).then(
      () => true,
      () => false,
    )
  }

  async #send(request: SnmpRequest, patience: Patience): Promise<SnmpAnswer> {
    const { clocks, standing } = this.#context
    const startedMs = clocks.monotonicMs()
    this.counts.requests++
    standing.counts.statements++
    try {
      const link = (this.#link ??= await this.#connect())
      const answer = await this.#withinDeadline(link.request(request, patience), patience)
      this.counts.varbinds += answer.varbinds.length
      return answer
    } catch (error) {
      this.#dropLink()
      standing.counts.failures++
      if (error instanceof SnmpError && error.failure === 'silent') this.counts.timeouts++
      throw error
    } finally {
      const durationMs = clocks.monotonicMs() - startedMs
      standing.counts.busyMs += durationMs
      this.#budget.spend(durationMs)
    }
  }

  async #connect(): Promise<SnmpLink> {
    const credentials = await readCredentials(this.#context)
    this.#failure.tries(credentials)
    this.#context.standing.counts.connections++
    const link = await this.#openLink(this.#options.target, credentials)
    if (!this.#closed && this.#context.memory.pausedSinceMs === undefined) return link
    link.close()
    throw new SnmpError('silent')
  }

  /** Should decoding an answer have gone so wrong that nobody is told. */
  #withinDeadline<T>(outcome: Promise<T>, { timeoutMs, retries }: Patience): Promise<T> {
    return new Promise((succeed, fail) => {
      const latestMs = timeoutMs * (retries + 1) * 2 + GRACE_MS
      const cancel = this.#context.timers.after(latestMs, () => fail(new SnmpError('silent')))
      outcome.then(succeed, fail).finally(cancel)
    })
  }

  #dropLink(): void {
    const link = this.#link
    this.#link = undefined
    link?.close()
  }

  #refuseWhenOver(signal: AbortSignal): void {
    if (!signal.aborted && !this.#closed) return
    throw new ProbeError('DEADLINE', this.#tell({ zh: '本次运行时间已到', en: 'the run is over' }))
  }

  /** What was cut says nothing of the device. */
  #refuseWhenCut(signal: AbortSignal): void {
    this.#refuseWhenOver(signal)
    this.#refuseWhenSilent()
  }

  /** @throws NoDataError while nothing may be sent */
  #refuseWhenSilent(): void {
    const silence = findSilence(this.#context, this.#options.quietHours)
    if (silence === undefined) return
    this.#dropLink()
    throw silence.error
  }

  #refuseWhenSpent(): void {
    if (!this.#budget.isSpent) return
    const seconds = this.#options.budgetMs / 1000
    const text = {
      zh: `应答太慢，每分钟 ${seconds} 秒的查询时间已用完`,
      en: `too slow: its ${seconds} s of questions in a minute are used up`,
    }
    throw new ProbeError('NOT_ANSWERING', this.#tell(text))
  }

  #tell({ zh, en }: LocalizedText): LocalizedText {
    const { device } = this.#options
    return { zh: `${device}：${zh}`, en: `${device}: ${en}` }
  }
}

function toSnmpError(error: unknown): SnmpError {
  if (error instanceof SnmpError) return error
  if (error instanceof NoDataError) throw error
  const message = error instanceof Error ? error.message : String(error)
  return new SnmpError('garbage', { zh: message, en: message }, { cause: error })
}
