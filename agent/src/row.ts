import type { LocalizedText } from '@wardround/protocol'
import { ProbeError } from './probe.ts'

const A_NUMBER = { zh: '数字', en: 'a number' }
const A_TEXT = { zh: '文本', en: 'a text' }
const YES_OR_NO = { zh: '是或否', en: 'yes or no' }
const A_DATE = { zh: '日期', en: 'a date' }

/** A row of a server's answer, by the server's own column names. */
export type Row = Readonly<Record<string, unknown>>

/**
 * A number of a row; NULL is missing. Texts are taken too: drivers give what does not fit a double (numeric, BIGINT, NUMBER) as text,
 * and a whole number beyond 2^53 is rounded to the nearest double (design D2).
 * @throws ProbeError UNPARSABLE, naming the column, for anything else
 */
export function numberOf(row: Row, column: string): number | undefined {
  const value = columnOf(row, column)
  if (value === null) return undefined
  const number = toNumber(value)
  if (!Number.isFinite(number)) throw unparsable(column, value, A_NUMBER)
  return number
}

/** A text of a row, without the blanks that CHAR columns are padded with; NULL is missing. @throws ProbeError UNPARSABLE */
export function textOf(row: Row, column: string): string | undefined {
  const value = columnOf(row, column)
  if (value === null) return undefined
  if (typeof value === 'string') return value.trimEnd()
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw unparsable(column, value, A_TEXT)
}

/** true, t, Y, YES, ON, 1 and their opposites; NULL is missing. @throws ProbeError UNPARSABLE */
export function booleanOf(row: Row, column: string): boolean | undefined {
  const value = columnOf(row, column)
  if (value === null) return undefined
  const text = (textOf(row, column) ?? '').trim().toLowerCase()
  if (['true', 't', 'y', 'yes', 'on', '1'].includes(text)) return true
  if (['false', 'f', 'n', 'no', 'off', '0'].includes(text)) return false
  throw unparsable(column, value, YES_OR_NO)
}

/** A point in time as epoch ms; NULL is missing. Statements ask for times as ages where they can: no two clocks to compare. @throws ProbeError UNPARSABLE */
export function timeOf(row: Row, column: string): number | undefined {
  const value = columnOf(row, column)
  if (value === null) return undefined
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.getTime()
  throw unparsable(column, value, A_DATE)
}

/** 1, 0 or missing: a truth value as a sample. */
export function flagOf(row: Row, column: string): number | undefined {
  const value = booleanOf(row, column)
  return value === undefined ? undefined : Number(value)
}

/** `part` of `whole` in percent; missing where either is, or the whole is 0. */
export function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || whole <= 0) return undefined
  return (part / whole) * 100
}

/** The place of a word in a list, from 1; 0 for another word, missing for none (metrics.md 4). */
export function placeOf(words: readonly string[], word: string | undefined): number | undefined {
  return word === undefined ? undefined : words.indexOf(word) + 1
}

function columnOf(row: Row, column: string): unknown {
  const value = row[column]
  if (value === undefined)
    throw new ProbeError('UNPARSABLE', {
      zh: `应答中没有列 ${column}`,
      en: `the answer has no column ${column}`,
    })
  return value
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

function unparsable(column: string, value: unknown, expected: LocalizedText): ProbeError {
  const shown = JSON.stringify(value)?.slice(0, 100) ?? typeof value
  return new ProbeError('UNPARSABLE', {
    zh: `列 ${column} 的值为 ${shown}，应为${expected.zh}`,
    en: `column ${column} is ${shown}, expected ${expected.en}`,
  })
}
