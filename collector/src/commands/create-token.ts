import {
  callControlSocket,
  isNobodyThere,
  type Language,
  lockStateDirectory,
  pickText,
  UsageError,
} from '@wardround/program'
import { isPolled } from '../control/control.ts'
import { openStateTables } from '../state/tables.ts'
import { hashToken, newToken } from '../state/token.ts'
import type { TokenKind } from '../state/tokens.ts'
import { isTokenName, type TokenRequest } from '../control/token-request.ts'
import { type CommonOptions, statePathsOf } from './common-options.ts'

/** `token create`: prints the token, alone, on stdout. A running collector makes it and knows it at once; else it is put into the state directory. */
export async function createToken(
  name: string,
  options: CommonOptions & { readonly api?: boolean },
  language: Language,
): Promise<void> {
  if (!isTokenName(name)) {
    const message = {
      zh: `“${name}”不能作名称；应为主机名：字母、数字、点、横线、下划线`,
      en: `"${name}" can't be a name; expected a host name: letters, digits, dots, dashes, underscores`,
    }
    throw new UsageError(pickText(message, language))
  }
  const paths = await statePathsOf(options)
  const kind: TokenKind = options.api === true ? 'api' : 'agent'
  const request = { kind, name }
  const token =
    (await askRunning(paths.controlSocket, request)) ?? (await storeToken(paths.directory, request))
  process.stdout.write(`${token}\n`)
}

/** The running collector's answer; undefined when none runs. */
async function askRunning(socket: string, request: TokenRequest): Promise<string | undefined> {
  try {
    const answer = await callControlSocket(socket, 'token-create', request)
    if (typeof answer === 'object' && answer !== null && 'token' in answer)
      return String(answer.token)
    throw new Error(`no token in the answer of ${socket}`)
  } catch (error) {
    if (isNobodyThere(error)) return undefined
    throw error
  }
}

async function storeToken(directory: string, { kind, name }: TokenRequest): Promise<string> {
  const lock = await lockStateDirectory(directory, 'wardround-collector token create')
  try {
    const { tables } = await openStateTables({ directory })
    const holder = tables.subjects.list().find((subject) => subject.name === name)?.agent
    if (kind === 'agent' && holder !== undefined) throw isPolled(name, holder)
    const token = newToken(kind)
    tables.tokens.add({ hash: hashToken(token), kind, name, createdAtMs: Date.now() })
    tables.upkeep.close()
    return token
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}
