import { systemClocks } from '../clocks.ts'
import { LogFiles } from '../sources/log/log-files.ts'
import { TomcatLogs } from '../sources/tomcat/tomcat-logs.ts'
import { LogDirectory } from './log-directory.ts'

/** Logs as a Tomcat writes them, and of its session what the probes of logs look at. */
export class TomcatLogBench implements AsyncDisposable {
  readonly logs: LogDirectory
  readonly session: {
    readonly instance: string
    readonly logs: TomcatLogs
    version(): Promise<{ facts: { version: readonly number[] } }>
  }
  /** Undefined: the manager does not answer. */
  major: number | undefined = 10

  private constructor(logs: LogDirectory, catalinaBase: string | undefined) {
    this.logs = logs
    const files = new LogFiles({
      memory: { directory: undefined, name: 'tomcat', pausedSinceMs: undefined },
      keepsPlaces: true,
      clocks: systemClocks,
    })
    const directory = catalinaBase === undefined ? logs.root : undefined
    this.session = {
      instance: 'his',
      logs: new TomcatLogs({ files, catalinaBase, directory, encoding: 'auto' }),
      version: async () => {
        if (this.major === undefined) throw new Error('not reachable')
        return { facts: { version: [this.major] } }
      },
    }
  }

  /** @param atBase whether the directory is CATALINA_BASE, with its logs below it, or that of the logs alone */
  static async open(
    files: Readonly<Record<string, string>>,
    { atBase = false } = {},
  ): Promise<TomcatLogBench> {
    const logs = await LogDirectory.open()
    for (const [name, text] of Object.entries(files)) await logs.create(name, text)
    return new TomcatLogBench(logs, atBase ? logs.root : undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.logs[Symbol.asyncDispose]()
    await this.logs[Symbol.asyncDispose]()
  }
}
