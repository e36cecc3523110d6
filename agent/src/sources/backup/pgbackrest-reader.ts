import type { Clocks } from '../../clocks.ts'
import type { CommandRunner } from '../commands.ts'
import { askPgbackrest, type PgbackrestTool } from './ask-pgbackrest.ts'
import type { CopiesEvidence, EvidenceReader } from './backup-session.ts'
import type { KeptJob } from './kept-job.ts'
import { SlowAnswer } from './slow-answer.ts'

/** Repositories of pgBackRest, each a copy. */
export class PgbackrestReader implements EvidenceReader {
  readonly #tool: PgbackrestTool
  readonly #commands: CommandRunner & Disposable
  readonly #copy: number | undefined
  readonly #answer: SlowAnswer<CopiesEvidence>

  constructor(
    tool: PgbackrestTool,
    given: {
      readonly commands: CommandRunner & Disposable
      readonly clocks: Pick<Clocks, 'monotonicMs'>
      /** Instead of the repository's key, where one alone is looked at. */
      readonly copy: number | undefined
    },
  ) {
    this.#tool = tool
    this.#commands = given.commands
    this.#copy = given.copy
    this.#answer = new SlowAnswer(600_000, given.clocks)
  }

  read(_nowMs: number, _kept: KeptJob, signal?: AbortSignal): Promise<CopiesEvidence> {
    return this.#answer.get(async () => {
      const repos = await askPgbackrest(this.#commands, this.#tool, signal)
      const hasOne = this.#tool.repo !== undefined
      return new Map(
        [...repos].map(([key, evidence]) => [String(hasOne ? (this.#copy ?? key) : key), evidence]),
      )
    })
  }

  [Symbol.dispose](): void {
    this.#commands[Symbol.dispose]()
  }
}
