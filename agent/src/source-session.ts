import type { LocalizedText } from '@wardround/protocol'
import type { Measurements } from './probe.ts'
import type { Session, Source, SourceContext } from './source.ts'

/** An entry of `sources:` in agent.yaml, checked. */
export interface SourceSettings {
  readonly type: string
  /** Names it in `probe` measurements and logs; the type where the site gives none. */
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 300_000

/**
 * The one session of a source: opened when a probe first asks, kept, and opened again after a failure, at ever longer intervals
 * (the probes of a source that is down share one attempt).
 */
export class SourceSession implements AsyncDisposable {
  readonly name: string
  /** What its session can be told. */
  readonly verbs: readonly string[]
  readonly #source: Source<unknown>
  readonly #context: Omit<SourceContext, 'signal'>
  readonly #closed = new AbortController()
  #session: Session<unknown> | undefined
  #opening: Promise<Session<unknown>> | undefined
  #failure: { error: unknown; untilMs: number; delayMs: number } | undefined

  constructor(source: Source<unknown>, context: Omit<SourceContext, 'signal'>) {
    this.name = context.name
    this.verbs = source.verbs ?? []
    this.#source = source
    this.#context = context
  }

  /** What its entry describes by itself. */
  get declared(): Measurements {
    return this.#source.declares?.(this.#context.options) ?? {}
  }

  /**
   * Nothing is sent any more, from now on and after a restart; a statement that is under way is cut off.
   * @throws what kept the state directory from taking it: it is paused all the same, until this process ends
   */
  async pause(): Promise<void> {
    const { memory, standing, clocks } = this.#context
    const sinceMs = clocks.nowMs()
    const written = memory.setPaused(sinceMs)
    this.#session?.cut?.()
    standing.enter('paused', describePause(sinceMs))
    await written
  }

  /** Takes a pause back, and a refused logon may be tried once more. */
  async resume(): Promise<void> {
    const { memory, standing } = this.#context
    const written = [memory.setPaused(undefined), memory.setRefusal(undefined)]
    this.#failure = undefined
    this.#session?.resume?.()
    if (standing.state !== 'working') standing.enter('waiting')
    await Promise.all(written)
  }

  /**
   * Hands a verb to the session, which is opened for it.
   * @throws what the session threw, and what kept it from opening
   */
  async tell(verb: string, argument: unknown): Promise<unknown> {
    const session = await this.acquire()
    return session.tell?.(verb, argument)
  }

  /**
   * The open session, at once where it is open already.
   * @throws what the source threw, without asking it again until its time has come
   */
  acquire(): Session<unknown> | Promise<Session<unknown>> {
    if (this.#session !== undefined) return this.#session
    if (this.#opening !== undefined) return this.#opening
    if (this.#failure !== undefined && this.#context.clocks.monotonicMs() < this.#failure.untilMs)
      throw this.#failure.error instanceof Error
        ? this.#failure.error
        : new Error(String(this.#failure.error))
    this.#opening = this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.#opening?.catch(() => undefined) // whoever asked for it was told
    const session = this.#session
    this.#session = undefined
    await session?.[Symbol.asyncDispose]()
  }

  async #open(): Promise<Session<unknown>> {
    try {
      this.#session = await this.#source.open({ ...this.#context, signal: this.#closed.signal })
      this.#failure = undefined
      return this.#session
    } catch (error) {
      const delayMs = Math.min(LAST_RETRY_MS, 2 * (this.#failure?.delayMs ?? FIRST_RETRY_MS / 2))
      this.#failure = { error, untilMs: this.#context.clocks.monotonicMs() + delayMs, delayMs }
      throw error
    }
  }
}

/** Why a source says nothing, for the page and the log. */
export function describePause(sinceMs: number): LocalizedText {
  const since = new Date(sinceMs).toISOString()
  return { zh: `已由人工暂停（自 ${since}）`, en: `paused by hand since ${since}` }
}
