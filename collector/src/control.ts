import { type ControlCommands, ControlError, listenControlSocket } from '@wardround/program'
import type { TokenBook } from './state/token-book.ts'
import { checkTokenRequest } from './token-request.ts'

/** The collector's own commands, on its socket: what `wardround-collector token create` asks a running collector. */
export function startControl(path: string, tokens: TokenBook): Promise<AsyncDisposable> {
  return listenControlSocket(path, controlCommands(tokens))
}

function controlCommands(tokens: TokenBook): ControlCommands {
  return {
    'token-create': async (argument) => {
      const request = checkTokenRequest(argument)
      if (request === undefined) {
        throw new ControlError({
          zh: '应为 {kind: agent 或 api, name}',
          en: 'expected {kind: agent or api, name}',
        })
      }
      return { token: await tokens.create(request.kind, request.name) }
    },
  }
}
