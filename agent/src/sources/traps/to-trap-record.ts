import { maskSecrets } from '../../mask-secrets.ts'
import { cutToJsonBytes } from '../receiver/cut-to-json-bytes.ts'
import type { ReceivedRecord } from '../receiver/record-intake.ts'
import type { ReceivedTrap, TrapObject } from './received-trap.ts'
import { isPassing } from './trap-names.ts'
import { TRAP_RULES } from './trap-rules.ts'

/** As JSON: an event takes 16 KiB. */
const MAX_TEXT_BYTES = 4_096
const MAX_VALUES_BYTES = 9_000

/** The record of one trap: all of its objects, and what they say in one line. */
export function toTrapRecord(trap: ReceivedTrap): ReceivedRecord {
  const { oid, name, objects, leftOut } = trap
  const telling = objects.filter(({ column }) => !isPassing(column))
  const values = describeValues(objects)
  const left = leftOut + objects.length - values.length
  const said = telling.map(({ oid: own, column, value }) => `${column ?? own}=${value}`).join(', ')
  return {
    body: {
      trap: name,
      oid,
      text: cutToJsonBytes(maskSecrets(`${name}: ${said}`).toWellFormed(), MAX_TEXT_BYTES),
      values,
      ...(left > 0 ? { leftOut: left } : {}),
    },
    text: `${oid} ${said}`,
    rules: TRAP_RULES.filter((rule) => rule.matches(trap)).map((rule) => rule.name),
  }
}

/** As many as fit. */
function describeValues(objects: readonly TrapObject[]): Record<string, string | number>[] {
  let bytes = 0
  const values: Record<string, string | number>[] = []
  for (const { oid, column, value } of objects) {
    const described = {
      oid: oid.toWellFormed(),
      ...(column === undefined ? {} : { name: column }),
      value: typeof value === 'string' ? maskSecrets(value).toWellFormed() : value,
    }
    bytes += Buffer.byteLength(JSON.stringify(described))
    if (bytes > MAX_VALUES_BYTES) break
    values.push(described)
  }
  return values
}
