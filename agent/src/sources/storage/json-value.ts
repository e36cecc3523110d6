import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'

const LONGEST_TAG = 128

/** A program's JSON. @throws ProbeError UNPARSABLE with the beginning of what came instead */
export function parseProgramJson(text: string, program: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const begin = printable(text) || '""'
    throw new ProbeError(
      'UNPARSABLE',
      {
        zh: `${program} 的输出不是 JSON：${begin}`,
        en: `${program} did not answer with JSON: ${begin}`,
      },
      { cause: error },
    )
  }
}

/** A member of a member; undefined where one of them is not there. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  let found: unknown = value
  for (const name of names) found = asRecord(found)[name]
  return found
}

export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  return asList(at(value, ...names))
}

/** A number as such; a text or anything else is missing. */
export function numberAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = at(value, ...names)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** What counts: a whole number from 0 that is exact. */
export function countAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = numberAt(value, ...names)
  return found !== undefined && Number.isSafeInteger(found) && found >= 0 ? found : undefined
}

/** A text that fits a tag: printable, in one line, trimmed; undefined where there is none. */
export function textAt(value: unknown, ...names: readonly string[]): string | undefined {
  const found = at(value, ...names)
  if (typeof found !== 'string' && typeof found !== 'number') return undefined
  const text = printable(String(found))
  return text === '' ? undefined : text
}

/** One line without control characters, bounded. */
export function printable(text: string): string {
  return text
    .slice(0, 4 * LONGEST_TAG)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TAG)
}
