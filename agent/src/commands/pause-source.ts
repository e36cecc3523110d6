import {
  callControlSocket,
  EXIT,
  pickText,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { controlSocketsOf } from '../agent-control.ts'
import { readConfiguration } from './configuration.ts'

/** The agent does not run, or nobody answers on its socket. Leads to exit code 69. */
class NotRunningError extends Error {
  override readonly name = 'NotRunningError'
  readonly exitCode = EXIT.unreachable
  readonly text: { readonly zh: string; readonly en: string }

  constructor(socket: string, options: ErrorOptions) {
    const text = {
      zh: `采集代理没有运行，或没有配置需要连接的数据源（${socket} 无应答）`,
      en: `the agent does not run, or has no source that connects to a server (nobody answers on ${socket})`,
    }
    super(text.en, options)
    this.text = text
  }
}

/** `pause SOURCE`: the running agent cuts the source's session and sends it nothing until `resume`, after a restart either. */
export async function pauseSource(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  await ask('pause', name, options)
  const done = {
    zh: `数据源 ${name} 已暂停：会话已断开，不再发送任何语句，重启后仍保持暂停；wardround-agent resume ${name} 恢复`,
    en: `source ${name} is paused: its session is closed and nothing is sent, after a restart either; wardround-agent resume ${name} takes it back`,
  }
  process.stdout.write(`${pickText(done, language)}\n`)
}

/** `resume SOURCE`: takes a pause back, and lets a refused logon be tried once more. */
export async function resumeSource(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  await ask('resume', name, options)
  const done = {
    zh: `数据源 ${name} 已恢复，一分钟内重新连接；先前被拒绝的登录会再试一次`,
    en: `source ${name} goes on within a minute; a logon that was refused is tried once more`,
  }
  process.stdout.write(`${pickText(done, language)}\n`)
}

async function ask(verb: 'pause' | 'resume', name: string, options: CommonOptions): Promise<void> {
  const state = options.state ?? (await readConfiguration(options)).settings.state
  const sockets = controlSocketsOf(state)
  for (const [at, socket] of sockets.entries()) {
    try {
      return void (await callControlSocket(socket, verb, name))
    } catch (error) {
      if (!isAbsent(error)) throw error
      if (at === sockets.length - 1) throw new NotRunningError(sockets.join(', '), { cause: error })
    }
  }
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
  )
}
