import { once } from 'node:events'
import {
  ConfigError,
  openLog,
  runProgram,
  type CommonOptions,
  type Language,
  type Logger,
} from '@wardround/program'
import { startAgent, type Agent } from '../agent.ts'
import { VERSION } from '../version.ts'
import { readConfiguration, type AgentConfiguration } from './configuration.ts'

/** `run`: until TERM or INT. HUP starts over with the new configuration; what is unacknowledged waits on disk meanwhile. */
export async function run(options: CommonOptions, language: Language): Promise<void> {
  await runProgram(language, async (signals) => {
    const { stop } = signals
    const first = await readConfiguration(options)
    const log = openLog({ name: 'wardround-agent', level: first.config.value.log.level })
    let agent = await start(first, log)
    let reloading = Promise.resolve()
    signals.onReload(() => {
      reloading = reloading.then(async () => {
        if (!stop.aborted) agent = await reload(agent, options, log)
      })
      return reloading
    })
    if (!stop.aborted) await once(stop, 'abort')
    await reloading
    log.info('stopping')
    await agent[Symbol.asyncDispose]()
    log.info('stopped')
  })
}

async function start({ settings }: AgentConfiguration, log: Logger): Promise<Agent> {
  const agent = await startAgent(settings, { log, environment: process.env })
  log.info(
    {
      version: VERSION,
      host: settings.host,
      epoch: agent.epoch,
      state: settings.state,
      collector: settings.urls,
    },
    'collecting',
  )
  return agent
}

/** A bad configuration is refused: the old one stays. */
async function reload(agent: Agent, options: CommonOptions, log: Logger): Promise<Agent> {
  let next: AgentConfiguration
  try {
    next = await readConfiguration(options)
  } catch (error) {
    const problems = error instanceof ConfigError ? error.format('en').split('\n') : undefined
    log.error({ err: error, problems }, 'the configuration was refused; the old one stays')
    return agent
  }
  log.level = next.config.value.log.level
  log.info('starting over with the new configuration')
  await agent[Symbol.asyncDispose]()
  return start(next, log)
}
