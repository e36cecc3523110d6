import { type ControlCommands, ControlError, listenControlSocket } from '@wardround/program'
import { SubjectError, type SubjectBook } from './ingest/subject-book.ts'
import type { TokenBook } from './state/token-book.ts'
import { checkTokenRequest } from './token-request.ts'

export interface ControlParts {
  readonly tokens: Pick<TokenBook, 'create'>
  readonly subjects: Pick<SubjectBook, 'list' | 'move' | 'remove' | 'holderOf'>
}

/** The collector's own commands, on its socket: what `wardround-collector token create` and `subject …` ask a running collector. */
export function startControl(path: string, parts: ControlParts): Promise<AsyncDisposable> {
  return listenControlSocket(path, controlCommands(parts))
}

function controlCommands({ tokens, subjects }: ControlParts): ControlCommands {
  return {
    'token-create': async (argument) => {
      const request = checkTokenRequest(argument)
      if (request === undefined) {
        throw new ControlError({
          zh: '应为 {kind: agent 或 api, name}',
          en: 'expected {kind: agent or api, name}',
        })
      }
      const { kind, name } = request
      if (kind === 'api') return { token: await tokens.create(kind, name) }
      const holder = subjects.holderOf(name)
      if (holder !== undefined) throw isPolled(name, holder)
      const token = await tokens.create(kind, name)
      // an agent that began to speak for it meanwhile stops: it is a host now
      if (subjects.holderOf(name) !== undefined) await subjects.remove(name)
      return { token }
    },
    'subject-list': async () => ({ subjects: subjects.list() }),
    'subject-move': (argument) =>
      told(subjects.move(memberOf(argument, 'name'), memberOf(argument, 'agent'))),
    'subject-remove': (argument) => told(subjects.remove(memberOf(argument, 'name'))),
  }
}

function memberOf(argument: unknown, name: string): string {
  const value =
    typeof argument === 'object' && argument !== null
      ? new Map<string, unknown>(Object.entries(argument)).get(name)
      : undefined
  if (typeof value === 'string') return value
  throw new ControlError({ zh: `缺少 ${name}`, en: `${name} is missing` })
}

async function told(before: Promise<string>): Promise<{ before: string }> {
  try {
    return { before: await before }
  } catch (error) {
    throw error instanceof SubjectError ? toControlError(error) : error
  }
}

function toControlError({ code, subject }: SubjectError): ControlError {
  return new ControlError(
    code === 'NO_SUBJECT'
      ? {
          zh: `没有采集代理在轮询“${subject}”；wardround-collector subject list 列出全部`,
          en: `no agent polls "${subject}"; wardround-collector subject list shows all`,
        }
      : {
          zh: `主机“${subject}”没有采集代理；先用 wardround-collector token create 生成令牌`,
          en: `host "${subject}" has no agent; make its token first: wardround-collector token create`,
        },
  )
}

/** Why a host can't have a token. */
export function isPolled(name: string, holder: string): ControlError {
  return new ControlError({
    zh: `${name} 是由主机 ${holder} 的采集代理轮询的设备；若要在其上安装代理，先执行 wardround-collector subject remove ${name}`,
    en: `${name} is a device that the agent of ${holder} polls; to give it an agent of its own, run wardround-collector subject remove ${name} first`,
  })
}
