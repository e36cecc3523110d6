import type { ChildProcess } from 'node:child_process'
import { startChild } from '../child.ts'
import type { SpaceQuestion, SpaceReply } from './mount-helper-role.ts'
import type { SpaceAnswer } from './space-answer.ts'

export interface MountHelperOptions {
  /** How long a question waits for its answer; then it is hanging. */
  readonly deadlineMs?: number
  readonly monotonicMs: () => number
}

/** Threads of the helper: so many calls can hang and the others still go on. */
const THREADS = 64
/** Beyond this, new questions are refused: a free thread is kept for those that do answer. */
const MAX_PENDING = THREADS - 4
const DEADLINE_MS = 2_000
/** A helper that ended is started again, but not more often. */
const START_EVERY_MS = 60_000

interface Pending {
  readonly id: number
  readonly sinceMs: number
  readonly settle: (answer: SpaceAnswer) => void
}

/**
 * The one helper process that asks network, FUSE and autofs file systems for their space. It is started
 * with the first question, so never where no such file system is mounted.
 *
 * While a call hangs no second one is made for that path, not even by a new helper: it is started only
 * when the old process is gone, and with it its calls.
 */
export class MountHelper implements Disposable {
  readonly #options: Required<MountHelperOptions>
  readonly #pending = new Map<string, Pending>()
  #child: ChildProcess | undefined
  #startedAtMs = -Infinity
  #lastId = 0

  constructor(options: MountHelperOptions) {
    this.#options = { deadlineMs: DEADLINE_MS, ...options }
  }

  /** Of the helper process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /**
   * Room of the file system at `path`. Never throws and never waits longer than the deadline or the
   * signal; at once `hanging` where the question before has not been answered yet.
   * Failed codes of its own: HELPER_ENDED, and TOO_MANY_HANGING.
   */
  ask(path: string, signal: AbortSignal): Promise<SpaceAnswer> {
    const pending = this.#pending.get(path)
    if (pending) return Promise.resolve(this.#hanging(pending.sinceMs))
    if (this.#pending.size >= MAX_PENDING) return Promise.resolve(failed('TOO_MANY_HANGING'))
    const child = this.#startedChild()
    if (child === undefined) return Promise.resolve(failed('HELPER_ENDED'))
    return this.#send(child, path, signal)
  }

  [Symbol.dispose](): void {
    const child = this.#child
    this.#child = undefined
    this.#startedAtMs = Infinity
    child?.kill('SIGKILL')
  }

  #send(child: ChildProcess, path: string, signal: AbortSignal): Promise<SpaceAnswer> {
    const sinceMs = this.#options.monotonicMs()
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      const giveUp = (): void => settle(this.#hanging(sinceMs))
      const timer = setTimeout(giveUp, this.#options.deadlineMs)
      const settle = (answer: SpaceAnswer): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        resolve(answer)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#pending.set(path, { id, sinceMs, settle })
      const question: SpaceQuestion = { id, path }
      // A helper that is just ending takes no message; its exit settles the question.
      child.send(question, () => undefined)
    })
  }

  #startedChild(): ChildProcess | undefined {
    if (this.#child) return this.#child
    const nowMs = this.#options.monotonicMs()
    if (nowMs - this.#startedAtMs < START_EVERY_MS) return undefined
    this.#startedAtMs = nowMs
    const child = startChild('mount-helper', {
      environment: { UV_THREADPOOL_SIZE: String(THREADS) },
      nodeOptions: ['--max-old-space-size=32', '--max-semi-space-size=1'],
    })
    child.on('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own helper holds the other end
      this.#settle(message as SpaceReply)
    })
    child.once('exit', () => this.#forget(child))
    child.once('error', () => {
      if (child.pid === undefined) this.#forget(child)
    })
    this.#child = child
    return child
  }

  #settle({ id, answer }: SpaceReply): void {
    for (const [path, pending] of this.#pending) {
      if (pending.id !== id) continue
      this.#pending.delete(path)
      pending.settle(answer)
    }
  }

  /** The process is gone, and so are its calls. */
  #forget(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { settle } of pending) settle(failed('HELPER_ENDED'))
  }

  #hanging(sinceMs: number): SpaceAnswer {
    return { kind: 'hanging', forMs: Math.max(0, this.#options.monotonicMs() - sinceMs) }
  }
}

function failed(code: string): SpaceAnswer {
  return { kind: 'failed', code }
}
