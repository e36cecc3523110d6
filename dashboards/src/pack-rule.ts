import type { LocalizedText, Unit } from '@wardround/protocol'

export type Severity = 'info' | 'warning' | 'critical'

/** What a panel needs to know of a rule of the default pack about values. */
export interface PackRule {
  readonly name: LocalizedText
  readonly measurement: string
  /** As its file has it, e.g. `100 - cpu.usage_idle - cpu.usage_iowait`. */
  readonly value: string
  readonly unit: Unit
  /** Mildest first; those that compare with a number. */
  readonly bounds: readonly PackBound[]
  /** Of a value of states or of yes and no: what each of them raises. */
  readonly states?: Readonly<Record<number, Severity>>
}

/** `value <comparison> bound`, in the rule's unit. */
export interface PackBound {
  readonly severity: Severity
  readonly comparison: '>' | '>=' | '<' | '<='
  readonly bound: number
}
