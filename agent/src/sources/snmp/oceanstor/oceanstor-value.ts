import { counter64Of, textOf, type SnmpValue } from '../snmp-value.ts'

const MIB = 1_048_576
/** All bits set: the array does not know. */
const NOT_KNOWN: readonly number[] = [0xff_ff_ff_ff, Number(0xff_ff_ff_ff_ff_ff_ff_ffn)]
/** An array of so many bytes there is not. */
const MOST_BYTES = 1e18

/** A whole number within bounds; numbers of 64 bits come as Counter64, which they are not, or as a text of digits. */
export function arrayNumber(
  value: SnmpValue | undefined,
  least: number,
  most: number,
): number | undefined {
  const text = textOf(value, 32)
  const number =
    text !== undefined && /^-?\d{1,18}$/.test(text)
      ? Number(text)
      : typeof value === 'number'
        ? value
        : counterOf(value)
  if (number === undefined || NOT_KNOWN.includes(number)) return undefined
  return number >= least && number <= most ? number : undefined
}

/** MiB as bytes. */
export function arrayBytes(value: SnmpValue | undefined): number | undefined {
  const mebibytes = arrayNumber(value, 0, MOST_BYTES / MIB)
  return mebibytes === undefined ? undefined : mebibytes * MIB
}

/** `--` stands for nothing. */
export function arrayText(value: SnmpValue | undefined): string | undefined {
  const text = textOf(value)
  return text === '--' ? undefined : text
}

function counterOf(value: SnmpValue | undefined): number | undefined {
  return typeof value === 'bigint' ? counter64Of(value) : undefined
}
