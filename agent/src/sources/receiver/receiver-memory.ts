import { KeptFile, type Keeping } from '../../kept-file.ts'
import type { WaitingEvent } from './intake-lane.ts'
import { isKeptMatches, type KeptMatches } from './match-book.ts'
import type { RecordIntake } from './record-intake.ts'

/** What a receiver keeps over a restart of the agent: which rules ever matched, and what was taken (acknowledged even) and not sent yet. */
export class ReceiverMemory {
  readonly #intake: RecordIntake
  readonly #matches: KeptFile<KeptMatches>
  readonly #waiting: KeptFile<readonly WaitingEvent[]>

  private constructor(keeping: Keeping, intake: RecordIntake) {
    this.#intake = intake
    this.#matches = new KeptFile(keeping, 'matches', isKeptMatches)
    this.#waiting = new KeptFile(keeping, 'waiting', areWaitingEvents)
  }

  /**
   * Gives the intake what was kept.
   * @param rules names of those that there are
   */
  static async open(
    keeping: Keeping,
    intake: RecordIntake,
    rules: readonly string[],
  ): Promise<ReceiverMemory> {
    const memory = new ReceiverMemory(keeping, intake)
    const subjects = new Set(['', ...intake.settings.devices.values()])
    const matches = (await memory.#matches.read()) ?? {}
    intake.matches.restore(
      matches,
      (subject, rule) => subjects.has(subject) && rules.includes(rule),
    )
    const waiting = (await memory.#waiting.read()) ?? []
    intake.restore(waiting)
    // they are in memory now; sent once more after a kill they would change nothing, but never end
    if (waiting.length > 0) await memory.#waiting.write([])
    return memory
  }

  /** To be called after each run: writes only where a rule matched for the first time. */
  async keepMatches(): Promise<void> {
    const { matches } = this.#intake
    if (matches.hasNew && !(await this.#matches.write(matches.keep()))) matches.hasNew = true
  }

  /** To be called when nothing comes any more. */
  async close(): Promise<void> {
    await this.keepMatches()
    const events = this.#intake.takeAll()
    if (events.length > 0) await this.#waiting.write(events)
  }
}

function areWaitingEvents(value: unknown): value is readonly WaitingEvent[] {
  return Array.isArray(value) && value.every(isWaitingEvent)
}

function isWaitingEvent(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'timeMs' in value &&
    Number.isSafeInteger(value.timeMs) &&
    'subject' in value &&
    typeof value.subject === 'string' &&
    'body' in value &&
    typeof value.body === 'object' &&
    value.body !== null
  )
}
