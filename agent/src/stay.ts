import { once } from 'node:events'
import {
  ConfigError,
  findServiceManager,
  lockStateDirectory,
  openLog,
  runProgram,
  type Logger,
} from '@wardround/program/running'
import { startAgent, type Agent } from './agent.ts'
import { continueAfresh, giveBackMemory, type HandedRun } from './handed-run.ts'
import { secretEnvironment } from './secret-environment.ts'
import { settingsChanges } from './settings-changes.ts'
import { VERSION } from './version.ts'

interface RunningAgent {
  readonly run: HandedRun
  readonly agent: Agent
}

/** Every probe of a usual interval has run twice, and the inventory is read. */
const STARTED_AFTER_MS = 60_000

/** Runs the agent until TERM or INT. HUP starts over with the new configuration; what is unacknowledged waits on disk meanwhile. */
export async function stay(run: HandedRun): Promise<void> {
  await runProgram(run.language, async (signals) => {
    const { stop } = signals
    const log = openLog({ name: 'wardround-agent', level: run.logLevel })
    let running = await start(run, log)
    setTimeout(giveBackMemory, STARTED_AFTER_MS).unref()
    const manager = await findServiceManager({ environment: process.env, log })
    using _ = manager.watch(() => Promise.resolve(running.agent.vitalSigns.findFault()))
    await manager.ready()
    let reloading = Promise.resolve()
    signals.onReload(() => {
      reloading = reloading.then(async () => {
        if (!stop.aborted) running = await reload(running, log)
      })
      return reloading
    })
    if (!stop.aborted) await once(stop, 'abort')
    await reloading
    log.info('stopping')
    await manager.stopping()
    await running.agent[Symbol.asyncDispose]()
    log.info('stopped')
  })
}

async function start(run: HandedRun, log: Logger): Promise<RunningAgent> {
  const { settings } = run
  const environment = secretEnvironment(run.options)
  const agent = await startAgent(settings, { log, environment })
  const { host, state, urls: collector } = settings
  log.info({ version: VERSION, host, epoch: agent.epoch, state, collector }, 'collecting')
  return { run, agent }
}

/** A configuration that can't be used is refused: the old one stays. */
async function reload(running: RunningAgent, log: Logger): Promise<RunningAgent> {
  let next: HandedRun
  try {
    next = await readNext(running.run)
  } catch (error) {
    const problems = error instanceof ConfigError ? error.format('en').split('\n') : undefined
    log.error({ err: error, problems }, 'the configuration was refused; the old one stays')
    return running
  }
  const changed = settingsChanges(running.run.settings, next.settings)
  log.info({ changed }, 'starting over with the new configuration')
  await running.agent[Symbol.asyncDispose]()
  continueAfresh(next)
  log.level = next.logLevel
  return start(next, log)
}

/** @throws ConfigError; StateLockedError when the new state directory belongs to another agent */
async function readNext({ options, language, settings }: HandedRun): Promise<HandedRun> {
  const { readRun } = await import('./commands/run.ts')
  const next = await readRun(options, language)
  if (next.settings.state !== settings.state) {
    const lock = await lockStateDirectory(next.settings.state, 'wardround-agent')
    await lock[Symbol.asyncDispose]()
  }
  return next
}
