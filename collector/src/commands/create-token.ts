import { type Language, pickText, UsageError } from '@wardround/program'
import { isPolled } from '../control/control.ts'
import { hashToken, newToken } from '../state/token.ts'
import type { TokenKind } from '../state/tokens.ts'
import { isTokenName, type TokenRequest } from '../control/token-request.ts'
import { callCollector } from './call-collector.ts'
import { type CommonOptions, type ConfiguredState, statePathsOf } from './common-options.ts'
import { withStoppedState } from './stopped-state.ts'

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
  const state = await statePathsOf(options)
  const kind: TokenKind = options.api === true ? 'api' : 'agent'
  const request = { kind, name }
  const called = await callCollector(state.directory, 'token-create', request)
  const token = called.found
    ? readToken(called.answer)
    : await storeToken(state, request, called.tried)
  process.stdout.write(`${token}\n`)
}

export function readToken(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'token' in answer)
    return String(answer.token)
  throw new Error('no token in the answer of the running collector')
}

function storeToken(
  state: ConfiguredState,
  { kind, name }: TokenRequest,
  tried: readonly string[],
): Promise<string> {
  return withStoppedState(state, tried, (tables) => {
    const holder = tables.subjects.list().find((subject) => subject.name === name)?.agent
    if (kind === 'agent' && holder !== undefined) throw isPolled(name, holder)
    const token = newToken(kind)
    tables.tokens.add({ hash: hashToken(token), kind, name, createdAtMs: Date.now() })
    return token
  })
}
