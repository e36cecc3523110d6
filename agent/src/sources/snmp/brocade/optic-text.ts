import { integerOf, textOf, type SnmpValue } from '../snmp-value.ts'

/**
 * A number of a module, which comes as a text with blanks behind it (FA-EXT-MIB): `-2.7   `. What is no plain number (`NA`, `-inf`, `--`) and
 * what no module can have is missing.
 */
export function opticNumber(
  value: SnmpValue | undefined,
  least: number,
  most: number,
): number | undefined {
  const text = textOf(value)
  const number =
    text !== undefined && /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : integerOf(value)
  return number !== undefined && number >= least && number <= most ? number : undefined
}
