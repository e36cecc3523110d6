import type { Language } from '@wardround/program'
import {
  noWriteToken,
  writeTokenExists,
  writeTokenRequestOf,
} from '../control/write-token-commands.ts'
import { hashToken, newToken } from '../state/token.ts'
import type { StateTables } from '../state/tables.ts'
import { say } from './ask-collector.ts'
import { callCollector } from './call-collector.ts'
import { type CommonOptions, statePathsOf } from './common-options.ts'
import { readToken } from './create-token.ts'
import { withStoppedState } from './stopped-state.ts'

export interface WriteTokenOptions extends CommonOptions {
  readonly project?: string
  readonly role?: string
  readonly host?: readonly string[]
}

/** `token create NAME --write`: prints the token, alone, on stdout; whether the collector runs or not. */
export async function createWriteToken(name: string, options: WriteTokenOptions): Promise<void> {
  const { project, role = null, host: hosts } = options
  const request = writeTokenRequestOf({ name, project, role, hosts })
  const token = await answerOf(options, 'write-token-create', request, (tables) => {
    if (tables.writeTokens.list().some((known) => known.name === name)) throw writeTokenExists(name)
    const fresh = newToken('write')
    tables.writeTokens.add({ ...request, hash: hashToken(fresh), createdAtMs: Date.now() })
    return { token: fresh }
  })
  process.stdout.write(`${readToken(token)}\n`)
}

/** `token list`: one line each; kind, name, since when, and of a write token what it may write. */
export async function listTokens(options: CommonOptions, language: Language): Promise<void> {
  const answer = await answerOf(options, 'token-list', {}, (tables) => ({
    tokens: tables.tokens.list(),
    writeTokens: tables.writeTokens.list(),
  }))
  const { tokens, writeTokens } = readTokens(answer)
  if (tokens.length + writeTokens.length === 0)
    say({ zh: '没有令牌', en: 'there is no token' }, language)
  const print = (...parts: readonly string[]) => process.stdout.write(`${parts.join('\t')}\n`)
  for (const { kind, name, createdAtMs } of tokens) print(kind, name, spell(createdAtMs))
  for (const { name, createdAtMs, project, role, hosts } of writeTokens)
    print('write', name, spell(createdAtMs), project, role ?? '-', hosts.join(','))
}

/** `token revoke NAME`, of a write token. */
export async function revokeWriteToken(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  await answerOf(options, 'write-token-revoke', { name }, (tables) => {
    if (!tables.writeTokens.list().some((known) => known.name === name)) throw noWriteToken(name)
    tables.writeTokens.remove(name)
    return {}
  })
  say(
    {
      zh: `${name}：写入令牌已吊销；已有数据保留，相关主机若不再使用，请执行 wardround-collector host retire`,
      en: `${name}: the write token is revoked; its data stays, and hosts that are no more are retired by wardround-collector host retire`,
    },
    language,
  )
}

/** A running collector does it, and knows it at once; else it is done to the state directory. */
async function answerOf(
  options: CommonOptions,
  command: string,
  argument: object,
  work: (tables: StateTables) => object,
): Promise<unknown> {
  const state = await statePathsOf(options)
  const called = await callCollector(state.directory, command, argument)
  return called.found ? called.answer : withStoppedState(state, called.tried, work)
}

interface ListedTokens {
  readonly tokens: readonly { kind: string; name: string; createdAtMs: number }[]
  readonly writeTokens: readonly {
    name: string
    createdAtMs: number
    project: string
    role: string | null
    hosts: readonly string[]
  }[]
}

function readTokens(answer: unknown): ListedTokens {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the collector of this program answers on its own socket
  return answer as ListedTokens
}

function spell(atMs: number): string {
  return new Date(atMs).toISOString()
}
