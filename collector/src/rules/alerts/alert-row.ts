import type { LocalizedText, Unit } from '@wardround/protocol'
import type { RuleStateRow } from '../alert.ts'
import { idleLevel, type LevelState } from '../levels/level-state.ts'
import type { AlertSubject, AlertText, LiveAlert, SaidAlert } from './live-alert.ts'
import type { Severity } from '../severity.ts'

/** The row's JSON. Members may be added; `format` is raised when an older reader would misread it. */
interface StoredAlert {
  readonly format: 1
  readonly host: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly text: StoredText
  readonly levels: readonly StoredLevel[]
  readonly said?: SaidAlert | undefined
  readonly value?: number | undefined
  readonly details?: Readonly<Record<string, string>>
  readonly isComplete?: boolean
  /** When the last sample came, by the engine's clock, where that is long ago. */
  readonly quietSinceMs?: number | undefined
  readonly sinceFirst?: readonly Severity[]
  /** Of the same sample as `value`; null where it had none. A state comes with its word. */
  readonly shown?: readonly (readonly [
    name: string,
    value: number | null,
    unit: Unit,
    word?: LocalizedText,
  ])[]
}

/** What a row says without is as where the rule says nothing of it. */
type StoredText = Pick<AlertText, 'name' | 'unit'> & Partial<AlertText>

interface StoredLevel {
  readonly severity: Severity
  readonly active: boolean
  readonly raisedAtMs?: number | undefined
  readonly clearAtMs?: number | undefined
  readonly clearSamples: number
  readonly lapsedAtMs?: number | undefined
  readonly history?: number
}

export function toRow(live: LiveAlert): RuleStateRow {
  const { subject, text, levels, said, value, shown, details, isComplete, sinceFirst } = live
  const { ruleId, key, host, measurement, tags } = subject
  const stored: StoredAlert = {
    format: 1,
    host,
    measurement,
    tags,
    text,
    levels: levels.map(({ severity, state }) => ({ severity, ...state })),
    said,
    value,
    details,
    isComplete,
    quietSinceMs: live.isQuiet ? live.lastAtMs : undefined,
    sinceFirst,
    shown: [...shown].map(([name, { value: number, unit, states }]) => {
      const word = states?.[number]
      return word === undefined ? [name, number, unit] : [name, number, unit, word]
    }),
  }
  return { ruleId, key, json: JSON.stringify(stored) }
}

/** The alert of a row; undefined where the row can't be read (it is of a newer format, or damaged). `downMs`: nobody watched for so long. */
export function fromRow(
  { ruleId, key, json }: RuleStateRow,
  { atMs, downMs }: { readonly atMs: number; readonly downMs: number },
): LiveAlert | undefined {
  const stored = readStored(json)
  if (stored === undefined) return undefined
  const {
    host,
    measurement,
    tags,
    text,
    said,
    value,
    shown = [],
    details = {},
    isComplete = false,
    quietSinceMs,
    sinceFirst = [],
  } = stored
  const subject: AlertSubject = { ruleId, key, host, measurement, tags }
  return {
    subject,
    text: toText(text),
    levels: stored.levels.map((level) => ({
      severity: level.severity,
      state: toLevelState(level, atMs),
    })),
    rule: undefined,
    said,
    value,
    recent: [],
    details,
    isComplete,
    shown: new Map(
      shown.map(([name, number, unit, word]) => [
        name,
        {
          value: number ?? Number.NaN,
          unit,
          ...(number === null || word === undefined ? {} : { states: { [number]: word } }),
        },
      ]),
    ),
    lastAtMs: Math.min(atMs, quietSinceMs === undefined ? atMs : quietSinceMs + downMs),
    isOver: false,
    isQuiet: quietSinceMs !== undefined,
    sinceFirst,
  }
}

function toText({
  quote,
  clauses = [],
  numbers = 'platform',
  runbook,
  ...text
}: StoredText): AlertText {
  return { ...text, quote, clauses, numbers, runbook }
}

/** A clock that was set back meanwhile must not make a timer wait for the future. */
function toLevelState(level: StoredLevel, atMs: number): LevelState {
  const past = (timeMs: number | undefined) =>
    timeMs === undefined ? undefined : Math.min(timeMs, atMs)
  return {
    ...idleLevel(),
    active: level.active,
    raisedAtMs: past(level.raisedAtMs),
    clearAtMs: past(level.clearAtMs),
    clearSamples: level.clearSamples,
    lapsedAtMs: past(level.lapsedAtMs),
    history: level.history ?? 0,
  }
}

function readStored(json: string): StoredAlert | undefined {
  try {
    const stored: unknown = JSON.parse(json)
    const readable =
      typeof stored === 'object' && stored !== null && 'format' in stored && stored.format === 1
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by toRow alone, under this format number
    return readable ? (stored as StoredAlert) : undefined
  } catch {
    // A damaged row is as good as none: its owner counts it.
    return undefined
  }
}
