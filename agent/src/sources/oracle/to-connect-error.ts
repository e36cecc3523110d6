import type { LocalizedText } from '@wardround/protocol'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import { CONNECT_PROBLEMS, type ConnectProblem } from './connect-problems.ts'
import { parseOracleError } from './oracle-error.ts'

/** node-oracledb wraps this as a lost connection; it has no code of its own. */
const MALFORMED = /Invalid packet (?:length|type)|malformed packet/
/** A wallet that can't be read is told as a fault of the connect string. */
const WALLET = /ewallet\.pem/
/** A connect string that is not understood: the listener's, once there is a connection. */
const NOT_PARSED = ['NJS-512', 'NJS-514', 'NJS-515', 'NJS-516', 'NJS-517', 'NJS-520']

/**
 * Why there is no session, for the metric and for a person.
 * @param server names it in the text, such as `Oracle 10.0.0.5:1521/HCDB`
 * @param wasConnected whether there was a connection, the site's own text thus understood
 */
export function toConnectError(
  error: unknown,
  server: string,
  wasConnected: boolean,
): ConnectError {
  if (error instanceof ConnectError) return error
  const { codes, text } = parseOracleError(error)
  const isGarbage =
    MALFORMED.test(text) ||
    isDecoderFault(codes, error) ||
    (wasConnected && codes.some((code) => NOT_PARSED.includes(code)))
  const problem = isGarbage
    ? problemOf('garbage')
    : WALLET.test(text)
      ? problemOf('tls')
      : findProblem(codes)
  if (problem === undefined)
    return new ConnectError(
      'other',
      { zh: `${server}：登录失败（${text}）`, en: `${server}: the logon failed (${text})` },
      { cause: error },
    )
  return new ConnectError(
    problem.failure,
    {
      zh: `${server}：${problem.zh}（${text}）`,
      en: `${server}: ${problem.en} (${text})`,
    },
    { cause: error },
  )
}

/** The text of a class, for what no error of the driver tells. */
export function describeConnectProblem(failure: ConnectFailure, server: string): LocalizedText {
  const problem = problemOf(failure)
  return { zh: `${server}：${problem?.zh ?? failure}`, en: `${server}: ${problem?.en ?? failure}` }
}

function findProblem(codes: readonly string[]): ConnectProblem | undefined {
  for (const code of codes) {
    const problem = CONNECT_PROBLEMS.find((one) => one.codes.includes(code))
    if (problem !== undefined) return problem
  }
  return undefined
}

/** The driver stumbles over what it can't decode with errors of the language, which have no code. */
function isDecoderFault(codes: readonly string[], error: unknown): boolean {
  return codes.length === 0 && (error instanceof TypeError || error instanceof RangeError)
}

function problemOf(failure: ConnectFailure): ConnectProblem | undefined {
  return CONNECT_PROBLEMS.find((one) => one.failure === failure)
}
