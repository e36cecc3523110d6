import type { Clocks } from '../../clocks.ts'
import { Commands, type CommandRunner } from '../commands.ts'
import type { CopiesEvidence, EvidenceReader } from './backup-session.ts'
import type { KeptJob } from './kept-job.ts'
import { SlowAnswer } from './slow-answer.ts'

const FRESH_MS = 600_000

/** Asks a backup's program for what it has; the answer is good for ten minutes. */
export class ToolReader implements EvidenceReader {
  readonly #ask: (commands: CommandRunner, signal?: AbortSignal) => Promise<CopiesEvidence>
  readonly #commands = new Commands()
  readonly #answer: SlowAnswer<CopiesEvidence>

  constructor(
    clocks: Pick<Clocks, 'monotonicMs'>,
    ask: (commands: CommandRunner, signal?: AbortSignal) => Promise<CopiesEvidence>,
  ) {
    this.#ask = ask
    this.#answer = new SlowAnswer(FRESH_MS, clocks)
  }

  read(_nowMs: number, _kept: KeptJob, signal?: AbortSignal): Promise<CopiesEvidence> {
    return this.#answer.get(() => this.#ask(this.#commands, signal))
  }

  [Symbol.dispose](): void {
    this.#commands[Symbol.dispose]()
  }
}
