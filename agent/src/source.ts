import type { LocalizedText, Platform } from '@wardround/protocol'
import type { Logger } from '@wardround/program'
import type { Clocks, Timers } from './clocks.ts'
import type { Options } from './option.ts'
import type { Measurements, ProbeErrorCode } from './probe.ts'
import type { SourceMemory } from './source-memory.ts'
import type { SourceStanding } from './source-standing.ts'
import type { Statement } from './statement.ts'

/** Opens sessions to one product. A source owns its connection; probes only read through the session. */
export interface Source<S> {
  /** As in agent.yaml `sources: [{type}]`; `host` is always there. */
  readonly type: string
  readonly platforms: readonly Platform[]
  /** There without an entry in agent.yaml: what every host has. An entry sets its options. */
  readonly always?: boolean
  /** It asks something beside this host without statements (a device): it can be paused and has its row in `agent_sources`, as one with `statements`. */
  readonly connects?: true
  /** What its entry in agent.yaml takes beside `type` and `name`. */
  readonly options?: Options
  /** Those of `options` without which an entry is refused. */
  readonly required?: readonly string[]
  /** What the session itself sends, beside what its probes declare: set-up, and what server it is. */
  readonly statements?: readonly Statement[]
  /** Loads what check() and notes() need beyond this file; called before them where agent.yaml has an entry of the type. */
  load?(): Promise<void>
  /** What its options can't say by their shape: a problem and what was expected, with the option that it is about. */
  check?(options: Readonly<Record<string, unknown>>): readonly OptionProblem[]
  /** What a person should know of an entry that is not wrong; check-config prints it. */
  notes?(options: Readonly<Record<string, unknown>>): readonly LocalizedText[]
  /** Measurements that an entry describes by itself: its probes with `emitsDeclared` give them. Their names are checked with all others. */
  declares?(options: Readonly<Record<string, unknown>>): Measurements
  /** What scripts and people may tell one of its entries by the agent's control socket; see Session.tell(). */
  readonly verbs?: readonly string[]
  /**
   * Opens the session. One to a server returns at once: it connects when a probe first asks.
   * @throws ProbeError, with the code that its runs then report
   */
  open(context: SourceContext): Promise<Session<S>>
}

/** Something wrong with one option of a source's entry. */
export interface OptionProblem {
  /** Its name; or the path to what is wrong in it, such as ['rules', 2, 'match']. */
  readonly option: string | readonly (string | number)[]
  readonly what: LocalizedText
  readonly expected: LocalizedText
}

/** What a source is given beside its own options. */
export interface SourceContext {
  /** Names the entry of agent.yaml in logs and in the measurement `probe`. */
  readonly name: string
  /** Checked against the declaration, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>
  /** Aborted when the agent stops. */
  readonly signal: AbortSignal
  /** All that may be sent: the source's own statements and those of its probes. */
  readonly statements: readonly Statement[]
  readonly standing: SourceStanding
  /** What outlives a restart: that it is paused, that its password was refused. */
  readonly memory: SourceMemory
  /** Whether `memory` takes how far logs were read: not in a command beside the running agent. */
  readonly keepsPlaces: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clocks: Clocks
  readonly timers: Timers
  readonly log: Logger
  /** Told of every statement that was sent, for `wardround-agent test`. */
  readonly onStatement?: (sent: SentStatement) => void
}

/** A statement that was sent, and how it went. */
export interface SentStatement {
  readonly statement: Statement
  readonly durationMs: number
  readonly rows: number
  /** What was wrong, for a person. */
  readonly error: LocalizedText | undefined
  /** What was wrong, as a probe's run would report it. */
  readonly code: ProbeErrorCode | undefined
}

export interface Session<S> extends AsyncDisposable {
  readonly session: S
  /** What the samples of this source belong to; '' = this agent's own host. */
  readonly subject: string
  /** Ends what is under way at once, because the source was paused. */
  cut?(): void
  /** Forgets why it was not to connect. */
  resume?(): void
  /**
   * Takes one of the source's verbs; the answer goes back to the caller as JSON.
   * @param argument as it came from the socket: not to be trusted
   * @throws ControlError with what the caller is told
   */
  tell?(verb: string, argument: unknown): Promise<unknown>
}
