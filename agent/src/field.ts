import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'

/** A level, in whole units unless a precision is given. */
export function gauge(unit: Unit, zh: string, en: string, precision = 1): FieldDeclaration {
  return { kind: 'gauge', unit, precision, help: { zh, en } }
}

/** What only rises; it leaves the agent as it was read. */
export function counter(unit: Unit, zh: string, en: string, precision = 1): FieldDeclaration {
  return { kind: 'counter', unit, precision, help: { zh, en } }
}

/** The same, where a device may count in 32 bits: it goes round at 2^32. */
export function counter32(unit: Unit, zh: string, en: string): FieldDeclaration {
  return { ...counter(unit, zh, en), bits: 32 }
}

/** 0 to 100. */
export function percent(zh: string, en: string): FieldDeclaration {
  return gauge('percent', zh, en, 0.01)
}

/** An enumeration: what each integer means, in both languages. */
export function state(
  zh: string,
  en: string,
  states: Readonly<Record<number, LocalizedText>>,
): FieldDeclaration {
  return { kind: 'state', unit: 'state', precision: 1, help: { zh, en }, states }
}
