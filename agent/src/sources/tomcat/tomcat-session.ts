import { NoDataError, ProbeError } from '../../probe.ts'
import { textOf } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import type { ServerSession } from '../server/server-session.ts'
import { parseAttribute, parseBeans, type Bean } from './bean.ts'
import {
  catalinaHomeIn,
  readConfiguration,
  toJvmArguments,
  type ConfigurationFile,
  type UnreadableFile,
} from './configuration.ts'
import type { JvmFinder } from './jvm-process.ts'
import type { ManagerConnection } from './manager-connection.ts'
import type { ManagerVersion } from './manager-version.ts'
import type { PageAnswer, PageCheck } from './page-check.ts'
import { parseStatusJson } from './parse-status-json.ts'
import { parseStatusXml } from './parse-status-xml.ts'
import { STATUS } from './tomcat-statements.ts'
import type { TomcatLogs } from './tomcat-logs.ts'
import type { TomcatStatus } from './tomcat-status.ts'
import type { TomcatTarget } from './tomcat-target.ts'

/** The Java process of a Tomcat on this machine. */
export interface ProcessState {
  readonly isRunning: boolean
  readonly uptimeSeconds: number | undefined
}

/** What a Tomcat is configured with. */
export interface TomcatConfiguration {
  readonly files: readonly ConfigurationFile[]
  readonly unreadable: readonly UnreadableFile[]
  /** Undefined where the process can't be seen. */
  readonly jvmArguments: readonly string[] | undefined
}

/** Parts of a session, as tomcat.ts puts them together. */
export interface TomcatParts {
  readonly target: TomcatTarget
  readonly page: PageCheck
  /** Undefined without an account: the manager is not asked then. */
  readonly manager: ServerSession<ManagerConnection> | undefined
  /** Undefined where agent.yaml does not say which process it is. */
  readonly process: JvmFinder | undefined
  readonly logs: TomcatLogs
}

/** What the probes of one Tomcat read through. */
export class TomcatSession {
  readonly instance: string
  /** Telegraf's tag. */
  readonly source: string
  /** Of a Tomcat on this machine. */
  readonly logs: TomcatLogs
  readonly #with: TomcatParts
  #status: { readonly timeMs: number; readonly answer: Promise<TomcatStatus> } | undefined

  constructor(instance: string, parts: TomcatParts) {
    this.instance = instance
    this.source = parts.target.source
    this.logs = parts.logs
    this.#with = parts
  }

  /** Whether MBeans may be read. */
  get readsBeans(): boolean {
    return this.#with.target.jmx && this.#with.manager !== undefined
  }

  /** @throws NoDataError while the source is paused or quiet */
  askPage(signal: AbortSignal): Promise<PageAnswer> {
    return this.#with.page.ask(signal)
  }

  /** Why the manager gives nothing; 'none' when it does; undefined where none is to be asked. @throws NoDataError while paused or quiet */
  async askManager(signal: AbortSignal): Promise<ConnectFailure | 'none' | undefined> {
    const { manager } = this.#with
    if (manager === undefined) return undefined
    try {
      await manager.facts(signal)
      return 'none'
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error
      return error.cause instanceof ConnectError ? error.cause.failure : 'other'
    }
  }

  /** What the manager's page says of the server. @throws as rows() of ServerSession does */
  async version(
    signal: AbortSignal,
  ): Promise<{ facts: ServerFacts; version: ManagerVersion | undefined }> {
    return this.#manager.use(signal, async ({ facts, version }) => ({ facts, version }))
  }

  /** The manager's status, asked for once per tick however many probes want it. @throws as rows() of ServerSession does */
  status(timeMs: number, signal: AbortSignal): Promise<TomcatStatus> {
    if (this.#status?.timeMs === timeMs) return this.#status.answer
    const answer = this.#readStatus(signal)
    this.#status = { timeMs, answer }
    return answer
  }

  /** MBeans of a query. @throws NoDataError where jmx is off; as rows() of ServerSession does */
  async beans(
    statement: Statement,
    wanted: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Bean[]> {
    return parseBeans(await this.#readBeans(statement, signal), wanted)
  }

  /** One attribute. @throws as beans() does */
  async attribute(statement: Statement, signal: AbortSignal): Promise<number> {
    return parseAttribute(await this.#readBeans(statement, signal))
  }

  /** Undefined where no process is looked for, or it can't be seen. */
  async process(): Promise<ProcessState | undefined> {
    const { process } = this.#with
    const found = await process?.find()
    if (process === undefined || found === 'unknown') return undefined
    return {
      isRunning: found !== undefined,
      uptimeSeconds: found === undefined ? undefined : await process.uptimeSeconds(found),
    }
  }

  /** @throws NoDataError where agent.yaml does not say where it stands */
  async configuration(): Promise<TomcatConfiguration> {
    const { process, target } = this.#with
    if (target.catalinaBase === undefined)
      throw new NoDataError({ zh: '未设置 catalinaBase', en: 'catalinaBase is not set' })
    const found = await process?.find()
    const commandLine = typeof found === 'object' ? found.commandLine : undefined
    const home = commandLine === undefined ? undefined : catalinaHomeIn(commandLine)
    return {
      ...(await readConfiguration(target.catalinaBase, home)),
      jvmArguments: commandLine === undefined ? undefined : toJvmArguments(commandLine),
    }
  }

  get #manager(): ServerSession<ManagerConnection> {
    const { manager } = this.#with
    if (manager === undefined)
      throw new NoDataError({
        zh: '未配置用户名和密码，不查询 manager',
        en: 'without user and password the manager is not asked',
      })
    return manager
  }

  async #readStatus(signal: AbortSignal): Promise<TomcatStatus> {
    const body = await this.#readBody(STATUS, signal)
    return body.trimStart().startsWith('{') ? parseStatusJson(body) : parseStatusXml(body)
  }

  async #readBeans(statement: Statement, signal: AbortSignal): Promise<string> {
    if (!this.readsBeans)
      throw new NoDataError({ zh: '该数据源未开启 jmx', en: 'jmx is off for this source' })
    return this.#readBody([statement], signal)
  }

  async #readBody(variants: readonly Statement[], signal: AbortSignal): Promise<string> {
    const [row = {}] = await this.#manager.rows(variants, signal)
    return textOf(row, 'BODY') ?? ''
  }
}
