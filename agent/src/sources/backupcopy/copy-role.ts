import { setPriority } from 'node:os'
import { join } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { systemClocks, systemTimers } from '../../clocks.ts'
import { ReadRate } from '../read-rate.ts'
import { hashFile } from './hash-file.ts'
import {
  listPlace,
  TooManyFilesError,
  type FoundFile,
  type Listing,
  type Place,
} from './list-place.ts'

/** From the agent to the child, one at a time. */
export type CopyQuestion =
  | { readonly kind: 'list'; readonly place: Place }
  | {
      readonly kind: 'hash'
      readonly directory: string
      readonly file: FoundFile
      readonly bytesPerSecond: number
    }

/** From the child: any number of `progress`, then what the question came to. */
export type CopyReply =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'listed'; readonly listing: Listing }
  | { readonly kind: 'hashed'; readonly sha256: string }
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

const TELL_EVERY_MS = 1_000
const LOWEST_PRIORITY = 19

/**
 * Reads directories and files of backups for the agent, which is thus never held up by a device that hangs: one question after the other, at the
 * lowest priority of processor (and of disk, where the agent started it so).
 */
export function startRole(): void {
  try {
    setPriority(LOWEST_PRIORITY)
  } catch {
    // it goes on at the usual one
  }
  const answerer = new Answerer((reply) => void process.send?.(reply))
  process.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent alone holds the other end
    void answerer.answer(message as CopyQuestion)
  })
  // Not exit(): that waits for the threads of the pool, of which one may hang for ever.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}

class Answerer {
  readonly #tell: (reply: CopyReply) => void
  /** One for all files: the next one's first piece waits for the last one's. */
  #rate: { readonly bytesPerSecond: number; readonly rate: ReadRate } | undefined
  #unsaidBytes = 0
  #saidAtMs = -Infinity

  constructor(tell: (reply: CopyReply) => void) {
    this.#tell = tell
  }

  async answer(question: CopyQuestion): Promise<void> {
    try {
      const reply = await this.#find(question)
      this.#progress(0, true)
      this.#tell(reply)
    } catch (error) {
      this.#tell({ kind: 'failed', code: codeOf(error), message: String(error) })
    }
  }

  async #find(question: CopyQuestion): Promise<CopyReply> {
    if (question.kind === 'list') {
      const listing = await listPlace(question.place, () => this.#progress(0))
      return { kind: 'listed', listing }
    }
    const { directory, file, bytesPerSecond } = question
    const path = join(directory, file.name)
    return hashFile(path, file, this.#rateOf(bytesPerSecond), (bytes) => this.#progress(bytes))
  }

  #rateOf(bytesPerSecond: number): ReadRate {
    if (this.#rate?.bytesPerSecond !== bytesPerSecond) {
      const time = { ...systemTimers, monotonicMs: () => systemClocks.monotonicMs() }
      this.#rate = { bytesPerSecond, rate: new ReadRate(bytesPerSecond, time) }
    }
    return this.#rate.rate
  }

  #progress(bytes: number, isLast = false): void {
    this.#unsaidBytes += bytes
    const nowMs = systemClocks.monotonicMs()
    if (!isLast && nowMs - this.#saidAtMs < TELL_EVERY_MS) return
    this.#saidAtMs = nowMs
    this.#tell({ kind: 'progress', bytes: this.#unsaidBytes })
    this.#unsaidBytes = 0
  }
}

function codeOf(error: unknown): string {
  if (error instanceof TooManyFilesError) return 'TOO_MANY_FILES'
  return errorCodeOf(error) ?? 'UNKNOWN'
}
