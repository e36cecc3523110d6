import { ConfigError, EXIT, type Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { StartError } from '../errors.ts'
import type { Api } from './api.ts'
import {
  formatListenAddress,
  isLocal,
  type ListenAddress,
  parseListenAddress,
} from './listen-address.ts'
import type { TokenBook } from '../state/token-book.ts'

/**
 * Where to listen. Beyond loopback only when somebody has a token to read with: until there are accounts the API asks for one there.
 * @throws ConfigError
 */
export function toListenAddress(
  config: Located<CollectorConfig>,
  tokens: TokenBook,
): ListenAddress {
  const address = parseListenAddress(config.value.listen)
  if (address === undefined) {
    const text = config.value.listen
    const what = { zh: `“${text}”不是监听地址`, en: `"${text}" is no address to listen on` }
    throw new ConfigError([config.problem(['listen'], what)])
  }
  if (isLocal(address) || tokens.has('api')) return address
  throw new ConfigError([
    config.problem(
      ['listen'],
      {
        zh: `${config.value.listen} 可从其他机器访问，但还没有任何 API 令牌`,
        en: `${config.value.listen} can be reached from other machines, and there is no API token yet`,
      },
      {
        zh: '只监听 127.0.0.1，或先执行 wardround-collector token create --api NAME',
        en: '127.0.0.1, or first: wardround-collector token create --api NAME',
      },
    ),
  ])
}

/**
 * Starts to listen; returns the address with the port that it got.
 * @throws StartError
 */
export async function listen(app: Api, address: ListenAddress): Promise<string> {
  try {
    await app.listen({ ...address, backlog: 4_096 })
  } catch (error) {
    throw toStartError(error, address)
  }
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port
  return formatListenAddress({ ...address, port })
}

function toStartError(error: unknown, address: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const where = formatListenAddress(address)
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        'PORT_IN_USE',
        {
          zh: `${where} 已被其他程序占用；请停止那个程序，或用 --listen 主机:端口 另选（端口 0 表示任意空闲端口）`,
          en: `${where} is in use by another program; stop that one, or choose another with --listen HOST:PORT (port 0: any that is free)`,
        },
        EXIT.failed,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        'ADDRESS_NOT_HERE',
        {
          zh: `${where} 不是本机的地址；应为本机地址、127.0.0.1 或 0.0.0.0`,
          en: `${where} is no address of this machine; expected one of its own, 127.0.0.1 or 0.0.0.0`,
        },
        EXIT.badConfiguration,
        { cause: error },
      )
    case 'EACCES':
      return new StartError(
        'ADDRESS_NOT_PERMITTED',
        {
          zh: `当前用户无权监听 ${where}；1024 以下的端口需要更高权限`,
          en: `${where} may not be listened on by this user; ports below 1024 need more rights`,
        },
        EXIT.notPermitted,
        { cause: error },
      )
    default:
      return error
  }
}
