import { join } from 'node:path'
import {
  ControlError,
  listenControlSocket,
  textOf,
  type ControlCommands,
  type Logger,
} from '@wardround/program/running'
import { asRecord } from './as-record.ts'
import type { SourceSession } from './source-session.ts'

/** Where an agent answers that runs as the unit of its package. */
const UNIT_SOCKET = '/run/wardround-agent/control.sock'

/** Where commands look for a running agent: its state directory, then its unit's runtime directory. */
export function controlSocketsOf(state: string): readonly string[] {
  return [join(state, 'control.sock'), UNIT_SOCKET]
}

/** Where an agent answers; `$RUNTIME_DIRECTORY` is systemd's. */
export function controlSocketOf(
  state: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return join(environment['RUNTIME_DIRECTORY'] ?? state, 'control.sock')
}

/** Sources by what can be done with them. */
interface ControlledSources {
  /** Can be paused. */
  readonly sources: readonly SourceSession[]
  /** Can be told something: the verbs of their types. */
  readonly listening: readonly SourceSession[]
}

/** Answers `pause` and `resume` with a source's name, and the verbs that sources offer with `{source, …}`. A socket that can't be had costs these commands, not the agent. */
export async function listenForControl(
  state: string,
  { sources, listening }: ControlledSources,
  parts: {
    readonly log: Logger
    readonly environment: Readonly<Record<string, string | undefined>>
  },
): Promise<AsyncDisposable> {
  const { log, environment } = parts
  const act = (verb: 'pause' | 'resume') => async (name: unknown) => {
    const source = findSource(sources, name)
    const failure = await source[verb]().catch((error: unknown) => error ?? new Error(verb))
    log.warn({ source: source.name }, verb === 'pause' ? 'source paused' : 'source resumed')
    if (failure !== undefined) throw notWritten(source.name, failure)
    return source.name
  }
  try {
    return await listenControlSocket(controlSocketOf(state, environment), {
      pause: act('pause'),
      resume: act('resume'),
      ...tellingCommands(listening),
    })
  } catch (error) {
    log.warn(
      { err: error },
      'no control socket: sources can’t be paused or told anything by command',
    )
    return { async [Symbol.asyncDispose]() {} }
  }
}

/** A command for each verb that a source of this agent offers. */
export function tellingCommands(listening: readonly SourceSession[]): ControlCommands {
  const verbs = new Set(listening.flatMap((source) => source.verbs))
  return Object.fromEntries(
    [...verbs].map((verb) => [
      verb,
      async (argument: unknown) => {
        const takers = listening.filter((source) => source.verbs.includes(verb))
        return findSource(takers, asRecord(argument)['source']).tell(verb, argument)
      },
    ]),
  )
}

/** It holds, until the process ends. */
function notWritten(name: string, failure: unknown): ControlError {
  const reason = textOf(failure)
  return new ControlError({
    zh: `数据源 ${name}：命令已生效，但无法写入状态目录（${reason.zh}），代理重启后会失效`,
    en: `source ${name}: done, but the state directory can't be written (${reason.en}): a restart of the agent undoes it`,
  })
}

function findSource(sources: readonly SourceSession[], name: unknown): SourceSession {
  const source = sources.find((candidate) => candidate.name === name)
  if (source !== undefined) return source
  const names = sources.map((candidate) => candidate.name)
  throw new ControlError({
    zh: `没有名为“${String(name)}”的数据源；应为以下之一：${names.join('、')}`,
    en: `there is no source "${String(name)}"; expected one of ${names.join(', ')}`,
  })
}
