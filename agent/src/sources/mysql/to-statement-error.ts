import { StatementError, type StatementFailure } from '../server/server-driver.ts'
import { toDriverError, vendorNumberOf, type DriverError } from './driver-error.ts'

/** The server's error numbers by what became of the statement; any other is `other`. */
const BY_NUMBER: Readonly<Record<StatementFailure, readonly number[]>> = {
  denied: [1044, 1142, 1143, 1227, 1345, 1370],
  // 1193: unknown system variable; 1356: a view whose definer may not read what it reads.
  missing: [1049, 1051, 1054, 1109, 1146, 1193, 1305, 1356],
  unsupported: [],
  timeout: [1205, 1317, 1969, 3024, 3572],
  silent: [],
  // 1053: shutdown; 1927: killed; 4031: closed for inactivity.
  lost: [1053, 1077, 1079, 1080, 1152, 1927, 4031],
  other: [],
}

const FAILURES: ReadonlyMap<number, StatementFailure> = new Map(
  Object.entries(BY_NUMBER).flatMap(([failure, numbers]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record of just these
    numbers.map((number) => [number, failure as StatementFailure]),
  ),
)

/** What became of a statement that mysql2 rejected. */
export function toStatementError(thrown: unknown): StatementError {
  const error = toDriverError(thrown)
  const number = vendorNumberOf(error)
  const failure = number === undefined ? failureOfLine(error) : (FAILURES.get(number) ?? 'other')
  return new StatementError(failure, String(number ?? error.code ?? 'UNKNOWN'), error.message, {
    object: failure === 'denied' ? objectOf(error.message) : undefined,
    cause: thrown,
  })
}

/** Nothing that the server said: the line was cut, or what came over it was no answer. */
function failureOfLine({ code }: DriverError): StatementFailure {
  return code === 'PROTOCOL_SEQUENCE_TIMEOUT' ? 'silent' : 'lost'
}

/** The privilege or the table that the message names. */
function objectOf(message: string): string | undefined {
  const privileges = /\(at least one of\) the (.+?) privilege/.exec(message)?.[1]
  if (privileges !== undefined) return privileges.split(', ').at(-1)
  const table = /(?:for|in) table ['`]([^'`]+)['`](?:\.['`]([^'`]+)['`])?/.exec(message)
  return table?.[2] ?? table?.[1]
}
