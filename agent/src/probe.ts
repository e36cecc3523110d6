import type { NoOptions, OptionValues, Options } from './option.ts'
import type { Statement } from './statement.ts'
import type {
  JsonValue,
  LocalizedText,
  MeasurementDeclaration,
  Platform,
  ProbeDeclaration,
} from '@wardround/protocol'

/** Field values of one emit; undefined means missing and is not sent. */
export type FieldValues = Readonly<Record<string, number | undefined>>

/** Where a probe puts its samples. Names are checked against the declaration by run-probe. */
export type Emit<M extends Measurements> = <N extends keyof M & string>(
  measurement: N,
  tags: Tags<M[N]>,
  fields: { readonly [F in keyof M[N]['fields']]?: number | undefined },
  about?: SampleOrigin,
) => void

export type Measurements = Readonly<Record<string, MeasurementDeclaration>>

export type Tags<D extends MeasurementDeclaration> = {
  readonly [K in D['identifyingTags'][number]]: string
} & { readonly [K in NonNullable<D['descriptiveTags']>[number]]?: string | undefined }

/** Of samples that are not the session's own: of a device that speaks to it. */
export interface SampleOrigin {
  /** Default: that of the session. */
  readonly subject?: string
}

/** Of an event that is not the session's own. */
export interface EventOrigin {
  /** Default: that of the session. */
  readonly subject?: string
  /** Epoch ms; default: the tick. */
  readonly timeMs?: number
}

/** What the runner gives a probe for one run. */
export interface ProbeRun<S, M extends Measurements, Memory, O extends Options = NoOptions> {
  readonly session: S
  /** From agent.yaml `probes: {<name>: {…}}`, checked against the declaration, defaults filled in. */
  readonly options: OptionValues<O>
  readonly emit: Emit<M>
  /** Texts: inventory (history) and snapshots (newest). */
  readonly emitDocument: (name: string, keep: 'history' | 'newest', body: JsonValue) => void
  /**
   * Something that happened, such as a line of a log. `key` names it for ever (file identity and offset): storing it again under the same key
   * changes nothing, so a probe may find it again after a restart. `about` is for what others sent to us: whom it happened to, and when it came.
   */
  readonly emitEvent: (kind: string, key: string, body: JsonValue, about?: EventOrigin) => void
  /**
   * Something that a person should know and that is no failure, e.g. a field that this user may not read.
   * Logged once per text, and kept as a remark in the probe's row of the document `agent_probes`.
   */
  readonly remark: (text: LocalizedText) => void
  /** What the run before returned from sample(), handed back by the runner; undefined at the first. */
  readonly memory: Memory | undefined
  /** Wall clock of the tick, epoch ms: the timestamp of all samples of this run. */
  readonly timeMs: number
  /** Monotonic ms of this run, for intervals. */
  readonly monotonicMs: number
  /** Aborted at the deadline. */
  readonly signal: AbortSignal
}

/**
 * One reading of a source. `sample` returns what it must remember for the next run (or nothing).
 * A probe opens, retries, times and logs nothing; it throws ProbeError or NoDataError.
 */
export interface ProbeDefinition<S, M extends Measurements, Memory, O extends Options = NoOptions> {
  /** `<source>.<subject>`, e.g. `host.cpu`. */
  readonly name: string
  readonly source: SourceReference<S>
  readonly platforms: readonly Platform[]
  readonly everySeconds: number
  readonly cost: ProbeDeclaration['cost']
  readonly reads: ProbeDeclaration['reads']
  readonly needs: ProbeDeclaration['needs']
  readonly help: ProbeDeclaration['help']
  /** Deadline of one run in ms; default: four fifths of the interval, at most 30 s or twice the deadline of its longest statement. */
  readonly deadlineMs?: number
  readonly measurements: M
  /** It gives too what the entry of its source describes by itself (Source.declares). */
  readonly emitsDeclared?: true
  /** All that it may send through its session; `wardround-agent statements` lists them. */
  readonly statements?: readonly Statement[]
  /** What a site may set in agent.yaml beside `enabled` and `every`. */
  readonly options?: O
  /** Needed where sample() reads `run.memory`: `remembers: remembers<T>()` tells the compiler its type. */
  readonly remembers?: Remembers<Memory>
  sample(
    run: ProbeRun<S, M, Memory, O>,
  ): Memory | undefined | void | Promise<Memory | undefined | void>
}

/** Carries a type and no value. */
export interface Remembers<Memory> {
  readonly type?: Memory
}

export function remembers<Memory>(): Remembers<Memory> {
  return {}
}

/** Ties a probe to its source's session type without importing the driver. */
export interface SourceReference<S> {
  readonly type: string
  readonly session?: S
}

/** A probe with its types erased: what the registry, the runner and the generator hold. */
export type Probe = ProbeDefinition<unknown, Measurements, unknown, Options>

/** Infers precisely inside, returns one erased Probe: the single cast of the plugin contract. */
export function defineProbe<
  S,
  const M extends Measurements,
  Memory = undefined,
  const O extends Options = NoOptions,
>(definition: ProbeDefinition<S, M, Memory, O>): Probe {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sample()'s emit is contravariant; run-probe.ts checks names and values again at run time
  return definition as unknown as Probe
}

/** There is nothing to report on this machine (a feature is absent): no failure, logged at debug only, looked for once a minute. */
export class NoDataError extends Error {
  override readonly name = 'NoDataError'
  /** The message in both languages, where it was written for a person. */
  readonly text: LocalizedText | undefined

  constructor(message: string | LocalizedText, options?: ErrorOptions) {
    super(typeof message === 'string' ? message : message.en, options)
    this.text = typeof message === 'string' ? undefined : message
  }
}

/** A run failed. `code` is small and stable, it becomes the `error_code` of the `probe` measurement by its place in PROBE_ERROR_CODES. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError'
  readonly code: ProbeErrorCode
  /** The message in both languages, where it was written for a person. */
  readonly text: LocalizedText | undefined
  /** The source has told it already: a server that is down is one line in the log, not one for each probe. */
  readonly isTold: boolean

  constructor(
    code: ProbeErrorCode,
    message: string | LocalizedText,
    { isTold = false, ...options }: ErrorOptions & { readonly isTold?: boolean } = {},
  ) {
    super(typeof message === 'string' ? message : message.en, options)
    this.code = code
    this.isTold = isTold
    this.text = typeof message === 'string' ? undefined : message
  }
}

/** Order is the wire value (from 1); only append. */
export const PROBE_ERROR_CODES = [
  'UNEXPECTED',
  'DEADLINE',
  'FLOOD',
  'UNREADABLE',
  'UNPARSABLE',
  'NOT_PERMITTED',
  'NOT_ANSWERING',
  'BAD_NAME',
  'NOT_A_NUMBER',
  'REFUSED',
] as const

export type ProbeErrorCode = (typeof PROBE_ERROR_CODES)[number]
