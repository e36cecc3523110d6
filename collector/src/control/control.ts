import { type ControlCommands, ControlError, listenControlSocket } from '@wardround/program'
import { type BackfillDesk, backfillCommands } from './backfill-commands.ts'
import { SubjectError, type SubjectBook } from '../ingest/subject-book.ts'
import type { Retirement } from './retirement.ts'
import type { TokenBook } from '../state/token-book.ts'
import { checkTokenRequest } from './token-request.ts'
import { writeTokenCommands, type WriteTokenCommandParts } from './write-token-commands.ts'

export interface ControlParts {
  readonly tokens: Pick<TokenBook, 'create' | 'list'>
  readonly writeTokens: WriteTokenCommandParts['writeTokens']
  readonly subjects: Pick<SubjectBook, 'list' | 'move' | 'remove' | 'holderOf'>
  readonly retirement: Pick<Retirement, 'retire'>
  readonly backfillDesk: Pick<BackfillDesk, 'backfills'>
}

/** The collector's own commands, on its socket: what `wardround-collector token …` and `subject …` ask a running collector. */
export function startControl(path: string, parts: ControlParts): Promise<AsyncDisposable> {
  return listenControlSocket(path, controlCommands(parts))
}

function controlCommands(parts: ControlParts): ControlCommands {
  const { tokens, subjects, retirement } = parts
  return {
    ...writeTokenCommands(parts),
    ...backfillCommands(parts.backfillDesk),
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
    'subject-remove': async (argument) => {
      const name = memberOf(argument, 'name')
      const { before } = await told(subjects.remove(name))
      const { ended = 0 } = (await retirement.retire?.(name)) ?? {}
      return { before, ended }
    },
    retire: (argument) => retire(argument, retirement),
  }
}

async function retire(
  argument: unknown,
  retirement: ControlParts['retirement'],
): Promise<{ ended: number }> {
  const name = memberOf(argument, 'name')
  const tags = tagsOf(argument)
  const asked = retirement.retire?.(name, tags)
  if (asked === undefined) throw new ControlError(STILL_STARTS)
  const { ended, wasKnown } = await asked
  if (!wasKnown)
    throw new ControlError({
      zh: `从未收到“${name}”的任何数据，也没有它的告警`,
      en: `nothing was ever heard of "${name}", and there is no alert of it`,
    })
  return { ended }
}

const STILL_STARTS = {
  zh: '监控中心正在启动，请稍后再试',
  en: 'the collector still starts; try again in a moment',
}

/** The tags of an instance; undefined where all of a host is meant. */
function tagsOf(argument: unknown): Record<string, string> | undefined {
  const given =
    typeof argument === 'object' && argument !== null && 'tags' in argument ? argument.tags : {}
  const entries = Object.entries(given ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
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
