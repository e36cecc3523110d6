import { once } from 'node:events'
import { findServiceManager, type Language, openLog, runProgram } from '@wardround/program'
import { startCollector } from '../collector.ts'
import { consoleDirectory } from './console-directory.ts'
import { VERSION } from '../version.ts'
import { type CommonOptions, configOf } from './common-options.ts'

/** `run`: until TERM or INT. */
export async function run(options: CommonOptions, language: Language): Promise<void> {
  await runProgram(language, async (signals) => {
    const { stop } = signals
    const config = await configOf(options)
    const log = openLog({ name: 'wardround-collector', level: config.value.log.level })
    const collector = await startCollector(config, {
      log,
      environment: process.env,
      console: consoleDirectory(),
    })
    try {
      log.info(
        { address: collector.address, version: VERSION, state: config.value.state },
        'listening',
      )
      const manager = await findServiceManager({ environment: process.env, log })
      using _ = manager.watch(() => collector.findFault())
      let reloading = Promise.resolve()
      // One after the other: what is in force at the end is what the last signal found.
      signals.onReload(() => {
        // a bad configuration is refused, and said so; the old one stays
        reloading = reloading.then(() =>
          collector.reload(() => configOf(options)).catch(() => undefined),
        )
        return reloading
      })
      await manager.ready()
      if (!stop.aborted) await Promise.race([once(stop, 'abort'), collector.failed])
      log.info('stopping')
      await manager.stopping()
    } catch (error) {
      log.fatal({ err: error }, 'a part of the collector has failed')
      throw error
    } finally {
      await collector[Symbol.asyncDispose]()
    }
    log.info('stopped')
  })
}
