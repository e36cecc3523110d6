import { type ControlCommands, ControlError } from '@wardround/program'
import type { TokenBook } from '../state/token-book.ts'
import { type WriteTokenBook, WriteTokenExistsError } from '../lines/write-token-book.ts'
import { checkWriteTokenRequest, type WriteTokenRequest } from '../lines/write-token-request.ts'

export interface WriteTokenCommandParts {
  readonly tokens: Pick<TokenBook, 'list'>
  readonly writeTokens: Pick<WriteTokenBook, 'create' | 'list' | 'revoke'>
}

/** What `token create --write`, `token list` and `token revoke` ask a running collector. */
export function writeTokenCommands({
  tokens,
  writeTokens,
}: WriteTokenCommandParts): ControlCommands {
  return {
    'write-token-create': async (argument) => {
      const request = writeTokenRequestOf(argument)
      try {
        return { token: await writeTokens.create(request) }
      } catch (error) {
        throw error instanceof WriteTokenExistsError ? writeTokenExists(request.name) : error
      }
    },
    'token-list': async () => ({
      tokens: tokens.list(),
      writeTokens: writeTokens.list().map(({ hash: _hash, ...token }) => token),
    }),
    'write-token-revoke': async (argument) => {
      const name = String(new Map(Object.entries(argument ?? {})).get('name') ?? '')
      if (!(await writeTokens.revoke(name))) throw noWriteToken(name)
      return {}
    },
  }
}

/** @throws ControlError */
export function writeTokenRequestOf(argument: unknown): WriteTokenRequest {
  const checked = checkWriteTokenRequest(argument)
  if ('request' in checked) return checked.request
  throw new ControlError(EXPECTED[checked.wrong])
}

const EXPECTED = {
  name: {
    zh: '名称有误；应由字母、数字、点、横线、下划线组成',
    en: 'the name is not valid; expected letters, digits, dots, dashes, underscores',
  },
  project: {
    zh: '缺少 --project，或其中有控制字符；应为项目标识，例如 his',
    en: '--project is missing or has control characters; expected the key of a project, for example his',
  },
  role: {
    zh: '--role 有误；应为角色名，例如 app',
    en: '--role is not valid; expected a role, for example app',
  },
  hosts: {
    zh: '缺少 --host，或有误；应为主机名，可用 * 通配，例如 win-*',
    en: '--host is missing or not valid; expected names of hosts, with * for any letters, for example win-*',
  },
} as const

export function writeTokenExists(name: string): ControlError {
  return new ControlError({
    zh: `已有名为“${name}”的写入令牌；换一个名称，或先执行 wardround-collector token revoke ${name}`,
    en: `there is a write token "${name}" already; take another name, or run wardround-collector token revoke ${name} first`,
  })
}

export function noWriteToken(name: string): ControlError {
  return new ControlError({
    zh: `没有名为“${name}”的写入令牌；wardround-collector token list 列出全部`,
    en: `there is no write token "${name}"; wardround-collector token list shows all`,
  })
}
