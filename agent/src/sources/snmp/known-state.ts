import type { FieldDeclaration } from '@wardround/protocol'
import { integerOf, type SnmpValue } from './snmp-value.ts'

/** A device's enumeration as the state that a field declares; a number that it does not declare, or no number, is `unknown`, never good. */
export function knownState(
  value: SnmpValue | undefined,
  { states = {} }: Pick<FieldDeclaration, 'states'>,
  unknown: number,
): number | undefined {
  if (value === undefined) return undefined
  const number = integerOf(value)
  return number !== undefined && Object.hasOwn(states, number) ? number : unknown
}
