import { maskSecrets } from '../../mask-secrets.ts'
import type { ReceivedRecord } from '../receiver/record-intake.ts'
import type { ReceivedTrap } from './received-trap.ts'
import { isPassing } from './trap-names.ts'
import { TRAP_RULES } from './trap-rules.ts'

const MAX_TEXT = 2_048

/** The record of one trap: all of its objects, and what they say in one line. */
export function toTrapRecord(trap: ReceivedTrap): ReceivedRecord {
  const { oid, name, objects, leftOut } = trap
  const telling = objects.filter(({ column }) => !isPassing(column))
  const said = telling.map(({ oid: own, column, value }) => `${column ?? own}=${value}`).join(', ')
  return {
    body: {
      trap: name,
      oid,
      text: maskSecrets(`${name}: ${said}`).toWellFormed().slice(0, MAX_TEXT),
      values: objects.map(({ oid: own, column, value }) => ({
        oid: own,
        ...(column === undefined ? {} : { name: column }),
        value: typeof value === 'string' ? maskSecrets(value).toWellFormed() : value,
      })),
      ...(leftOut > 0 ? { leftOut } : {}),
    },
    text: `${oid} ${said}`,
    rules: TRAP_RULES.filter((rule) => rule.matches(trap)).map((rule) => rule.name),
  }
}
