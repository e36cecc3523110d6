import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'
import type { ClauseBook } from './clause-book.ts'
import type { Clause, NumbersOf } from './clauses.ts'
import type { Evaluate } from './language/compile-expression.ts'
import type { ShownValue } from './alerts/live-alert.ts'
import type { PingState } from './silence/ping-state.ts'
import type { PointFunction } from './windows/point-function.ts'
import type { PointLayout } from './points/point-layout.ts'
import type { RuleDefinition } from './rule-schema.ts'
import type { Severity } from './severity.ts'
import type { SilentKind } from './silence/silent-kind.ts'
import type { TagTest } from './reading/tag-filter.ts'
import type { Template } from './texts/template.ts'

/** What every rule has, whatever it watches. */
export interface RuleText {
  readonly id: string
  readonly name: LocalizedText
  readonly summary: { readonly zh: Template; readonly en: Template }
  readonly unit: Unit
  /** What each number means, where the value is an enumeration. */
  readonly states?: FieldDeclaration['states'] | undefined
  readonly quote: string | undefined
  /** Clauses of contracts that it serves. */
  readonly clauses: readonly Clause[]
  readonly numbers: NumbersOf
  /** What to do about it. */
  readonly runbook: LocalizedText | undefined
}

/** When a severity begins and ends in time, apart from what is measured. */
export interface LevelTiming {
  readonly severity: Severity
  /** How long the condition must hold. */
  readonly forMs: number
  /** Instead of `forMs`: of the newest `of` samples at least `need` must raise it. */
  readonly samples: { readonly need: number; readonly of: number } | undefined
  /** How long it stays at least after it last held. */
  readonly keepMs: number
  /** How long, and over how many samples in a row, it must be clear. Both must be met. */
  readonly clearForMs: number
  readonly clearSamples: number
  /** What the value is compared with, or how long or how often it must be so, for people. */
  readonly threshold?: LocalizedText | undefined
}

/** One severity of a rule about values. */
export interface CompiledLevel extends LevelTiming {
  /** Whether the condition holds. */
  raises(value: number, cells: Float64Array, base: number): boolean
  /** Whether it holds with the number of `clear` in the place of its own: a firing alert stays while this is true. */
  holds(value: number, cells: Float64Array, base: number): boolean
}

/** A rule with what it says elsewhere: the first override whose tests all pass holds in its place. */
export interface Overridable<R> {
  readonly overrides: readonly {
    /** Of host, project, role, and tags. */
    readonly where: ReadonlyMap<string, TagTest>
    /** Has no overrides of its own, and no levels where the rule is off. */
    readonly rule: R
  }[]
}

/** A rule about the values of one measurement, ready to run over the cells of its points. */
export interface ValueRule extends RuleText, Overridable<ValueRule> {
  readonly kind: 'value'
  readonly measurement: string
  readonly identifyingTags: readonly string[]
  /** It is in no catalogue: every tag identifies. */
  readonly isUndeclared: boolean
  readonly where: ReadonlyMap<string, TagTest>
  /** Cells, counted from a point's first, that must all have a value for the rule to be evaluated. */
  readonly needs: readonly number[]
  /** Cells of what suffices alone (`or`); a point may never have them. */
  readonly optional: readonly number[]
  /** Functions whose cells it reads or shows. */
  readonly functions: readonly PointFunction[]
  readonly value: Evaluate
  /** The one cell that is the value; -1 where it must be computed. */
  readonly valueCell: number
  /** Between these two no level can be raised, whatever its other conditions say; NaN where that can't be told by the value. */
  readonly calm: { readonly above: number; readonly below: number }
  /** Mildest first. */
  readonly levels: readonly CompiledLevel[]
  /** Cell and unit of the fields that the texts show, by `measurement.field`. */
  readonly shown: ReadonlyMap<string, Omit<ShownValue, 'value'> & { readonly cell: number }>
  /** Descriptive tags that the texts show. */
  readonly details: readonly string[]
  /** Timers start anew when nothing was heard of a point for longer. */
  readonly gapMs: number
  /** An alert ends when nothing was heard of its point for so long. */
  readonly staleMs: number
}

/** One severity of a rule about silence. */
export interface SilenceLevel extends LevelTiming {
  /** Signs of life that end it. */
  readonly heartbeats: number
  /** What ping must say of the host: one of these. */
  readonly pings: readonly PingState[]
}

/** A rule about agents that are no longer heard of. */
export interface SilenceRule extends RuleText, Overridable<SilenceRule> {
  readonly kind: 'silence'
  readonly of: SilentKind
  readonly levels: readonly SilenceLevel[]
  /** Texts in the place of the rule's own, by what ping says. */
  readonly whenPing: Readonly<Partial<Record<PingState, Pick<RuleText, 'name' | 'summary'>>>>
}

/** A rule about points that were seen and are no more, while their host or device goes on. */
export interface AbsenceRule extends RuleText {
  readonly kind: 'absence'
  readonly measurement: string
  /** The one field that is watched; undefined: any of the point's. */
  readonly field: string | undefined
  readonly identifyingTags: readonly string[]
  readonly where: ReadonlyMap<string, TagTest>
  /** Mildest first; `forMs` rises with severity or is the same. */
  readonly levels: readonly LevelTiming[]
  /** How often a point comes at the seldomest, as far as declared. */
  readonly usualMs: number
  /** An alert ends when nothing came of its point for so long. */
  readonly staleMs: number
}

/** One severity of a rule about events. */
export interface EventLevel extends LevelTiming {
  /** So many events within `windowMs` raise it. */
  readonly atLeast: number
  readonly windowMs: number
}

/** A rule about what agents report as it happens: records of logs, traps, messages. */
export interface EventRule extends RuleText {
  readonly kind: 'event'
  /** `log`, `trap`, … */
  readonly eventKind: string
  /** Members of the body that tell one alert from another; they become its tags. */
  readonly identifyingMembers: readonly string[]
  /** `host`, `project` and `role` of who it is about. */
  readonly subjects: ReadonlyMap<string, TagTest>
  /** Members of the body. */
  readonly where: ReadonlyMap<string, EventTest>
  /** Mildest first. */
  readonly levels: readonly EventLevel[]
  /** Members of the newest event that the texts show. */
  readonly shown: readonly string[]
}

/** Whether a member of an event's body passes; what is not there is '', of a list one entry must pass. */
export type EventTest = (values: readonly string[]) => boolean

/** One severity of a rule about findings. */
export interface FindingLevel extends LevelTiming {
  raises(value: number): boolean
}

/** A rule about what is found by comparing what should be with what is. */
export interface FindingRule extends RuleText {
  readonly kind: 'finding'
  readonly findingKind: string
  readonly where: ReadonlyMap<string, TagTest>
  /** Mildest first. */
  readonly levels: readonly FindingLevel[]
}

export type CompiledRule = ValueRule | SilenceRule | AbsenceRule | EventRule | FindingRule

/** Rules that belong together: the cells of a point are laid out for all rules of its measurement. */
export interface RuleSet {
  /** By id: what was compiled, as its file says it. */
  readonly definitions: ReadonlyMap<string, RuleDefinition>
  /** Ids of rules of the files that are not in force: `pack` leaves them out. */
  readonly leftOut: ReadonlySet<string>
  readonly valueRules: readonly ValueRule[]
  readonly silenceRules: readonly SilenceRule[]
  readonly absenceRules: readonly AbsenceRule[]
  readonly eventRules: readonly EventRule[]
  readonly findingRules: readonly FindingRule[]
  /** Every clause that rules and project files may name. */
  readonly clauses: ClauseBook
  /** By measurement: what its points keep. */
  readonly layouts: ReadonlyMap<
    string,
    Pick<PointLayout, 'fields' | 'width' | 'functions' | 'identifyingTags' | 'hasHistory'>
  >
}

export function rulesOf(set: RuleSet): readonly CompiledRule[] {
  const { valueRules, silenceRules, absenceRules, eventRules, findingRules } = set
  return [...valueRules, ...silenceRules, ...absenceRules, ...eventRules, ...findingRules]
}
