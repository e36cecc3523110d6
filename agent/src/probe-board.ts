import type { JsonValue, LocalizedText } from '@wardround/protocol'
import { MAX_DOCUMENT_BYTES, MAX_MESSAGE_LENGTH, MAX_REMARKS } from './limits.ts'
import type { ProbeErrorCode } from './probe.ts'

/** How a probe stands: `absent` has nothing to report on this machine, `unavailable` does not know this platform. */
export type ProbeState = 'waiting' | 'ok' | 'absent' | 'failed' | 'disabled' | 'unavailable'

const STATE_TEXTS: Readonly<Record<ProbeState, LocalizedText>> = {
  waiting: { zh: '尚未运行', en: 'has not run yet' },
  ok: { zh: '采集完成', en: 'done' },
  absent: { zh: '无可采集', en: 'nothing to report' },
  failed: { zh: '失败', en: 'failed' },
  disabled: { zh: '已停用', en: 'switched off' },
  unavailable: { zh: '本系统不支持', en: 'not on this system' },
}

interface ProbeReason {
  readonly message: string
  /** The message in both languages, where there is one. */
  readonly text?: LocalizedText | undefined
}

export interface ProbeFailure extends ProbeReason {
  readonly code: ProbeErrorCode
  /** Its source tells it. */
  readonly isTold?: boolean
}

/** What a row is of. */
export interface ProbeRow {
  readonly name: string
  /** Name of the source that the probe looks at. */
  readonly target: string
  readonly everySeconds: number
  readonly state: ProbeState
  /** The source is a device that this agent polls: of the many things that devices can have, one has few. */
  readonly isPolled?: boolean
}

/** One probe's row on the board. */
export class ProbeStanding {
  readonly #onChange: () => void
  readonly name: string
  readonly target: string
  readonly everySeconds: number
  readonly #isPolled: boolean
  readonly #remarks: LocalizedText[] = []
  #state: ProbeState
  #failure: ProbeFailure | undefined
  #reason: ProbeReason | undefined

  constructor(row: ProbeRow, onChange: () => void) {
    this.name = row.name
    this.target = row.target
    this.everySeconds = row.everySeconds
    this.#isPolled = row.isPolled === true
    this.#state = row.state
    this.#onChange = onChange
  }

  get state(): ProbeState {
    return this.#state
  }

  /** Takes the outcome of a run, and why there is nothing to report; returns whether it differs from the one before (in state or code). */
  record(state: ProbeState, failure?: ProbeFailure, reason?: ProbeReason): boolean {
    const changed = state !== this.#state || failure?.code !== this.#failure?.code
    this.#state = state
    this.#failure = failure
    this.#reason = reason
    if (changed) this.#onChange()
    return changed
  }

  /** Whether the row tells a person anything: that a polled device is of another kind does not. */
  get isTelling(): boolean {
    return !this.#isPolled || this.#state !== 'absent' || this.#remarks.length > 0
  }

  /** Keeps a remark; returns whether it is new. */
  remark(text: LocalizedText): boolean {
    if (this.#remarks.some(({ en }) => en === text.en)) return false
    if (this.#remarks.length >= MAX_REMARKS) return false
    this.#remarks.push({ zh: shorten(text.zh), en: shorten(text.en) })
    this.#onChange()
    return true
  }

  get failure(): ProbeFailure | undefined {
    return this.#failure
  }

  /** The row for a terminal: how the probe stands, why, and what it remarks. */
  describe(language: 'zh-CN' | 'en'): string[] {
    const say = ({ zh, en }: LocalizedText) => (language === 'en' ? en : zh)
    const told = this.#failure ?? this.#reason
    const why = told === undefined ? undefined : say(told.text ?? toText(told.message))
    return [
      `${this.name} @ ${this.target}: ${say(STATE_TEXTS[this.#state])}${why === undefined ? '' : ` (${why})`}`,
      ...this.#remarks.map((remark) => `  ${say(remark)}`),
    ]
  }

  toJson(): JsonValue {
    return {
      probe: this.name,
      target: this.target,
      everySeconds: this.everySeconds,
      state: this.#state,
      ...(this.#failure === undefined ? {} : describeFailure(this.#failure)),
      ...(this.#reason === undefined ? {} : describeReason(this.#reason)),
      ...(this.#remarks.length === 0
        ? {}
        : { remarks: this.#remarks.map(({ zh, en }) => ({ zh, en })) }),
    }
  }
}

/** The body of the document `agent_probes`, but for the platform. A type: an interface is no JsonValue. */
export type ProbeRows = {
  readonly probes: readonly JsonValue[]
  /** Rows for which there was no room. */
  readonly leftOut?: number
}

/** All probes of this agent and how they stand: the document `agent_probes`, which the page shows. */
export class ProbeBoard {
  readonly #rows: ProbeStanding[] = []
  #changed = true

  add(row: ProbeRow): ProbeStanding {
    const standing = new ProbeStanding(row, () => (this.#changed = true))
    this.#rows.push(standing)
    this.#changed = true
    return standing
  }

  /** The document's body if anything changed since it was taken last. */
  takeChanged(): ProbeRows | undefined {
    if (!this.#changed) return undefined
    this.#changed = false
    return this.toJson()
  }

  get failures(): readonly ProbeFailure[] {
    return this.#rows.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
  }

  describe(language: 'zh-CN' | 'en'): string[] {
    return this.#rows.flatMap((row) => row.describe(language))
  }

  /** What tells a person anything. Of very many devices, what fits into a document: what failed first, what has nothing to report last. */
  toJson(): ProbeRows {
    const rows = this.#rows
      .filter(({ isTelling }) => isTelling)
      .map((row) => ({ rank: rankOf(row.state), json: row.toJson() }))
    let room = ROOM_BYTES
    const fitting = new Set<JsonValue>()
    for (const { json } of rows.toSorted((a, b) => a.rank - b.rank)) {
      room -= Buffer.byteLength(JSON.stringify(json)) + 1
      if (room < 0) break
      fitting.add(json)
    }
    const probes = rows.flatMap(({ json }) => (fitting.has(json) ? [json] : []))
    const leftOut = rows.length - probes.length
    return leftOut === 0 ? { probes } : { probes, leftOut }
  }
}

/** A document's, but for what stands around the rows. */
const ROOM_BYTES = MAX_DOCUMENT_BYTES - 1_000

function rankOf(state: ProbeState): number {
  if (state === 'failed') return 0
  return state === 'ok' ? 1 : 2
}

function toText(message: string): LocalizedText {
  return { zh: message, en: message }
}

/** What the source of the probe tells of itself (`agent_sources`) is not said again for each of its probes: they may be many. */
function describeFailure({ code, message, text, isTold }: ProbeFailure): {
  [key: string]: JsonValue
} {
  if (isTold) return { code, ofSource: true }
  return { code, message, ...(text === undefined ? {} : { text: { zh: text.zh, en: text.en } }) }
}

function describeReason({ message, text }: ProbeReason): { [key: string]: JsonValue } {
  return {
    reason: message,
    ...(text === undefined ? {} : { reasonText: { zh: text.zh, en: text.en } }),
  }
}

/** A text for logs and documents, cut to its bound. */
function shorten(text: string): string {
  return text.length <= MAX_MESSAGE_LENGTH ? text : `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…`
}
