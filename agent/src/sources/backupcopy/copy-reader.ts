import type { ChildProcess } from 'node:child_process'
import { startChild } from '../../child.ts'
import type { Clocks, Timers } from '../../clocks.ts'
import type { CopyQuestion, CopyReply } from './copy-role.ts'

/** A question came to nothing. `HANGING`: no word from the device for too long; `ENDED`: the child went away, or was ended. */
export class CopyReadError extends Error {
  override readonly name = 'CopyReadError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type Answer = Exclude<CopyReply, { kind: 'progress' } | { kind: 'failed' }>

export interface CopyReaderOptions {
  readonly timers: Timers
  readonly clocks: Clocks
  /** Told of every byte that was read. */
  readonly onRead: (bytes: number) => void
  readonly stallMs?: number
}

/** A read that has not moved for so long hangs. The longest that a sound one waits is a quarter of a second, and a robot's or a spun-down disk's start. */
const STALL_MS = 60_000

interface Pending {
  readonly settle: (answer: Answer) => void
  readonly fail: (error: CopyReadError) => void
  cancelStall: () => void
}

/**
 * The one child that reads the files of a comparison, started with the first question and ended by the disposal. While a call of it hangs in
 * the kernel it can't be ended: no second one is started beside it.
 */
export class CopyReader implements Disposable {
  readonly #with: Required<CopyReaderOptions>
  #child: ChildProcess | undefined
  #pending: Pending | undefined
  #isHanging = false

  constructor(options: CopyReaderOptions) {
    this.#with = { stallMs: STALL_MS, ...options }
  }

  /** Of the child; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** One question at a time. @throws CopyReadError */
  ask(question: CopyQuestion): Promise<Answer> {
    if (this.#isHanging) return Promise.reject(hanging())
    const child = this.#startedChild()
    return new Promise((resolve, reject) => {
      this.#pending = { settle: resolve, fail: reject, cancelStall: () => undefined }
      this.#watch()
      // A child that is just ending takes no message; its exit settles the question.
      child.send(question, () => undefined)
    })
  }

  /** Ends the child; a question that waits fails. The next question starts another, unless the call of this one hangs. */
  end(): void {
    const child = this.#child
    if (!this.#isHanging && child !== undefined) this.#forget(child)
    child?.kill('SIGKILL')
  }

  [Symbol.dispose](): void {
    this.end()
  }

  #startedChild(): ChildProcess {
    if (this.#child !== undefined) return this.#child
    const child = startChild('backup-copy', {
      isIdle: true,
      nodeOptions: ['--max-old-space-size=96', '--max-semi-space-size=2'],
    })
    child.on('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child holds the other end
      if (this.#child === child) this.#take(message as CopyReply)
    })
    child.once('exit', () => this.#forget(child))
    child.once('error', () => {
      if (child.pid === undefined) this.#forget(child)
    })
    this.#child = child
    return child
  }

  #take(reply: CopyReply): void {
    const pending = this.#pending
    if (pending === undefined) return
    if (reply.kind === 'progress') {
      this.#with.onRead(reply.bytes)
      this.#watch()
      return
    }
    this.#settled(pending)
    if (reply.kind === 'failed') pending.fail(new CopyReadError(reply.code, reply.message))
    else pending.settle(reply)
  }

  /** From now on, the device has so long to give a sign of life. */
  #watch(): void {
    const pending = this.#pending
    if (pending === undefined) return
    pending.cancelStall()
    pending.cancelStall = this.#with.timers.after(this.#with.stallMs, () => {
      this.#isHanging = true
      this.#settled(pending)
      this.end()
      pending.fail(hanging())
    })
  }

  #settled(pending: Pending): void {
    pending.cancelStall()
    this.#pending = undefined
  }

  /** The process is gone, and so is the call that hung. */
  #forget(child: ChildProcess): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#isHanging = false
    const pending = this.#pending
    if (pending === undefined) return
    this.#settled(pending)
    pending.fail(new CopyReadError('ENDED', 'the process that reads the copies ended'))
  }
}

function hanging(): CopyReadError {
  return new CopyReadError('HANGING', 'the device does not answer')
}
