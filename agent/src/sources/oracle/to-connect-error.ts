import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import { CONNECT_PROBLEMS, type ConnectProblem } from './connect-problems.ts'
import { parseOracleError } from './oracle-error.ts'

/** node-oracledb wraps this as a lost connection; it has no code of its own. */
const MALFORMED = /Invalid packet (?:length|type)|malformed packet/

/**
 * Why there is no session, for the metric and for a person.
 * @param server names it in the text, such as `Oracle 10.0.0.5:1521/HCDB`
 */
export function toConnectError(error: unknown, server: string): ConnectError {
  if (error instanceof ConnectError) return error
  const { codes, text } = parseOracleError(error)
  const problem = findProblem(codes, text, error)
  if (problem === undefined)
    return new ConnectError(
      'other',
      { zh: `${server}：${text}`, en: `${server}: ${text}` },
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
export function describeConnectProblem(
  failure: ConnectFailure,
  server: string,
): { zh: string; en: string } {
  const problem = CONNECT_PROBLEMS.find((one) => one.failure === failure)
  return {
    zh: `${server}：${problem?.zh ?? failure}`,
    en: `${server}: ${problem?.en ?? failure}`,
  }
}

function findProblem(
  codes: readonly string[],
  text: string,
  error: unknown,
): ConnectProblem | undefined {
  if (MALFORMED.test(text) || isDecoderFault(codes, error)) return problemOf('garbage')
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
