import { join } from 'node:path'
import { ControlError, listenControlSocket, type Logger } from '@wardround/program/running'
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

/** Answers `pause` and `resume` with a source's name. A socket that can't be had costs these commands, not the agent. */
export async function listenForControl(
  state: string,
  sources: readonly SourceSession[],
  parts: {
    readonly log: Logger
    readonly environment: Readonly<Record<string, string | undefined>>
  },
): Promise<AsyncDisposable> {
  const { log, environment } = parts
  const act = (verb: 'pause' | 'resume') => async (name: unknown) => {
    const source = findSource(sources, name)
    await source[verb]()
    log.warn({ source: source.name }, verb === 'pause' ? 'source paused' : 'source resumed')
    return source.name
  }
  try {
    return await listenControlSocket(controlSocketOf(state, environment), {
      pause: act('pause'),
      resume: act('resume'),
    })
  } catch (error) {
    log.warn({ err: error }, 'no control socket: sources can’t be paused by command')
    return { async [Symbol.asyncDispose]() {} }
  }
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
