import { errorCodeOf } from '@wardround/program/error-code'

/** An error of node-oracledb, or of the Oracle Client behind it, as far as we look at it. */
export interface OracleError {
  /** Every code in it, the server's own (ORA-) before the driver's (NJS-, DPI-): `ORA-12514`, `NJS-511`. */
  readonly codes: readonly string[]
  /** What it says, in one line, alike for alike errors: without help addresses, connection ids and OpenSSL’s thread numbers. */
  readonly text: string
  /** Where in the statement's text the server stopped, in bytes; undefined where it does not say. */
  readonly offset: number | undefined
}

const CODE = /\b(ORA|TNS|NJS|DPI)-(\d{3,5})\b/g
const LONGEST_TEXT = 300

/** Reads any error that was thrown by the driver. */
export function parseOracleError(error: unknown): OracleError {
  const message = error instanceof Error ? error.message : String(error)
  const offset = error instanceof Error && 'offset' in error ? error.offset : undefined
  const found = [codeOf(error), ...codesIn(message)].filter((code) => code !== '')
  const codes = [...new Set(found)].toSorted((left, right) => rank(left) - rank(right))
  return { codes, text: toLine(message), offset: typeof offset === 'number' ? offset : undefined }
}

function codeOf(error: unknown): string {
  const code = errorCodeOf(error) ?? ''
  return codesIn(code)[0] ?? ''
}

/** `TNS-12541` is the listener's name for ORA-12541; the listener writes codes without leading zeros. */
function codesIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, family = '', number = '']) =>
    family === 'ORA' || family === 'TNS' ? `ORA-${number.padStart(5, '0')}` : `${family}-${number}`,
  )
}

/** node-oracledb's own refusal of what thin mode can't do; the server's code beside it says less. */
const THIN_REFUSES = 'NJS-533'

function rank(code: string): number {
  if (code === THIN_REFUSES) return -1
  return code.startsWith('ORA-') ? 0 : 1
}

function toLine(message: string): string {
  return message
    .split('\n')
    .filter((line) => !line.startsWith('Help: '))
    .join(' ')
    .replaceAll(/\s*\(CONNECTION_ID=[^)]*\)\.?/g, '')
    .replaceAll(/\b[0-9A-F]{8,16}:error:/g, 'error:')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TEXT)
}
