import { StatementError, type StatementFailure } from '../server/server-driver.ts'
import { codeOf } from './logon-failure.ts'

/** SQLSTATE (PostgreSQL, appendix A). 55P03, a lock that was not to be had in time, is told in the server's words. */
const FAILURES: Readonly<Record<string, StatementFailure>> = {
  '42501': 'denied',
  '42P01': 'missing',
  '42883': 'missing',
  '42703': 'missing',
  '3F000': 'missing',
  '57014': 'timeout',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P03': 'lost',
  '57P04': 'lost',
  '57P05': 'lost',
  '25P03': 'lost',
}

/** What became of a statement, from the driver's error; one without a SQLSTATE is the line's. */
export function toStatementFailure(error: unknown): StatementError {
  const code = codeOf(error) ?? ''
  const message = error instanceof Error ? error.message : String(error)
  return new StatementError(classify(code), code, message, {
    cause: error,
    object: objectOf(code, message),
  })
}

function classify(code: string): StatementFailure {
  if (!/^[0-9A-Z]{5}$/.test(code) || /^E[A-Z]{4}$/.test(code)) return 'lost'
  return FAILURES[code] ?? (code.startsWith('08') ? 'lost' : 'other')
}

/**
 * What may not be read or is not there: the server names it in its message alone, in the language of its lc_messages:
 * `permission denied for function pg_ls_waldir`, `对函数 pg_ls_waldir 权限不够`, `relation "pg_stat_io" does not exist`.
 */
function objectOf(code: string, message: string): string | undefined {
  const failure = FAILURES[code]
  if (failure !== 'denied' && failure !== 'missing') return undefined
  return (
    /(?:view|function|table|relation|schema|database|column) "?([\w.$]+)"?/.exec(message)?.[1] ??
    /\b(pg_\w+)/.exec(message)?.[1]
  )
}
