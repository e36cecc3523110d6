import type { Statement } from '../../statement.ts'
import { StatementError, type StatementFailure } from '../server/server-driver.ts'
import { parseOracleError, type OracleError } from './oracle-error.ts'

/** Codes by what they mean for us. What is not here failed for a reason of its own and is `other`. */
const FAILURES: Readonly<Record<Exclude<StatementFailure, 'other'>, readonly string[]>> = {
  // A view without its grant is told as one that does not exist.
  denied: ['ORA-00942', 'ORA-01031', 'ORA-41900', 'ORA-01720', 'ORA-04043'],
  missing: [],
  unsupported: ['ORA-00904', 'ORA-02003'],
  timeout: ['NJS-123', 'DPI-1067', 'ORA-01013', 'ORA-03136', 'ORA-03156'],
  silent: [],
  lost: [
    'ORA-00022',
    'ORA-00028',
    'ORA-00031',
    'ORA-00045',
    'ORA-01012',
    'ORA-01033',
    'ORA-01034',
    'ORA-01041',
    'ORA-01089',
    'ORA-01090',
    'ORA-01092',
    'ORA-02396',
    'ORA-02399',
    'ORA-03113',
    'ORA-03114',
    'ORA-03135',
    'ORA-12153',
    'ORA-12537',
    'ORA-12547',
    'ORA-12570',
    'ORA-12571',
    'ORA-12583',
    'ORA-25402',
    'ORA-25408',
    'ORA-27101',
    'ORA-28547',
    'NJS-003',
    'NJS-500',
    'NJS-501',
    'NJS-509',
    'NJS-521',
    'DPI-1010',
    'DPI-1080',
  ],
}

/**
 * What became of a statement.
 * @param isAlive whether the session may be used again; a cancelled statement may have taken it along
 */
export function toStatementError(
  error: unknown,
  statement: Statement,
  isAlive: boolean,
): StatementError {
  if (error instanceof StatementError) return error
  const parsed = parseOracleError(error)
  const [failure, code] = classify(parsed.codes)
  const object = failure === 'denied' ? findObject(parsed, statement) : undefined
  const survived = failure === 'timeout' && !isAlive ? 'silent' : failure
  return new StatementError(survived, code, parsed.text, { cause: error, object })
}

function classify(codes: readonly string[]): [StatementFailure, string] {
  for (const code of codes) {
    const found = Object.entries(FAILURES).find(([, known]) => known.includes(code))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the record above
    if (found !== undefined) return [found[0] as StatementFailure, code]
  }
  return ['other', codes[0] ?? '']
}

/** Since 23ai the message has it in quotes; before, the server's place in the text shows it. */
function findObject({ text, offset }: OracleError, { text: sql, reads }: Statement) {
  const named = /"([^"]+)"\."([^"]+)"/.exec(text)?.[2]
  const object = toGrantName(named ?? nameAt(sql, offset) ?? '')
  return reads.some((name) => toGrantName(name) === object) ? object : undefined
}

function nameAt(sql: string, offset: number | undefined): string | undefined {
  if (offset === undefined || offset < 0) return undefined
  return /^[\w$#".]+/.exec(sql.slice(offset))?.[0]
}

/** `sys."V$SESSION"` → `V_$SESSION`: what stands in its GRANT. */
function toGrantName(name: string): string {
  const [last = ''] = name.replaceAll('"', '').split('.').toReversed()
  return last.toUpperCase().replace(/^(G?V)\$/, '$1_$$')
}
