import { join } from 'node:path'
import {
  callControlSocket,
  isNobodyThere,
  pickText,
  UsageError,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { controlSocketsOf } from '../agent-control.ts'
import { SOURCES } from '../probes.gen.ts'
import { SourceMemory } from '../source-memory.ts'
import { readConfiguration } from './configuration.ts'

type Verb = 'pause' | 'resume'

/** `pause SOURCE`: the agent cuts the source's session and sends it nothing until `resume`, after a restart either. */
export async function pauseSource(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const running = await act('pause', name, options, language)
  const done = running
    ? {
        zh: `数据源 ${name} 已暂停：会话已断开，不再发送任何语句，重启后仍保持暂停；wardround-agent resume ${name} 恢复`,
        en: `source ${name} is paused: its session is closed and nothing is sent, after a restart either; wardround-agent resume ${name} takes it back`,
      }
    : {
        zh: `采集代理没有运行；数据源 ${name} 已设为暂停，代理启动后不会连接它`,
        en: `the agent does not run; source ${name} is marked as paused, and the agent will not connect to it when it starts`,
      }
  process.stdout.write(`${pickText(done, language)}\n`)
}

/** `resume SOURCE`: takes a pause back, and lets a refused logon be tried once more. */
export async function resumeSource(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const running = await act('resume', name, options, language)
  const done = running
    ? {
        zh: `数据源 ${name} 已恢复，一分钟内重新连接；先前被拒绝的登录会再试一次`,
        en: `source ${name} goes on within a minute; a logon that was refused is tried once more`,
      }
    : {
        zh: `采集代理没有运行；数据源 ${name} 的暂停与登录被拒绝的记录已清除，代理启动后会连接它`,
        en: `the agent does not run; what kept source ${name} from connecting is forgotten, and the agent will connect when it starts`,
      }
  process.stdout.write(`${pickText(done, language)}\n`)
}

/** Asks the running agent; where none runs, writes down for its start what it would have. Returns whether it runs. */
async function act(
  verb: Verb,
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<boolean> {
  const state = options.state ?? (await readConfiguration(options)).settings.state
  for (const socket of controlSocketsOf(state)) {
    try {
      await callControlSocket(socket, verb, name)
      return true
    } catch (error) {
      if (!isNobodyThere(error)) throw error
    }
  }
  await writeForStart(verb, name, options, language)
  return false
}

async function writeForStart(
  verb: Verb,
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const { settings } = await readConfiguration(options)
  const pausable = new Set(
    SOURCES.filter(({ statements }) => statements !== undefined).map(({ type }) => type),
  )
  const names = settings.sources
    .filter(({ type }) => pausable.has(type))
    .map((source) => source.name)
  if (!names.includes(name)) {
    const message = {
      zh: `没有名为“${name}”的数据源；应为以下之一：${names.join('、')}`,
      en: `there is no source "${name}"; expected one of ${names.join(', ')}`,
    }
    throw new UsageError(pickText(message, language))
  }
  const memory = await SourceMemory.open(join(settings.state, 'sources'), name)
  await memory.setPaused(verb === 'pause' ? Date.now() : undefined)
  if (verb === 'resume') await memory.setRefusal(undefined)
}
