import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { LocalizedText } from '@wardround/protocol'
import { NoDataError } from '../../probe.ts'
import { continuesJavaRecord } from '../log/java-records.ts'
import { datedFamily, plainFamily, type LogFamily } from '../log/log-family.ts'
import type { LogFiles } from '../log/log-files.ts'
import type { LogFollower } from '../log/log-follower.ts'
import type { LogEncoding } from '../log/log-text.ts'
import { eachLine } from '../log/record-grouper.ts'
import { compileAccessPattern, type AccessPattern } from './access-pattern.ts'
import { DELIVERED_VALVE, findAccessValves, type AccessValve } from './access-valves.ts'

export interface TomcatLogsOptions {
  readonly files: LogFiles
  readonly catalinaBase: string | undefined
  /** Where they are, if not in catalinaBase/logs. */
  readonly directory: string | undefined
  readonly encoding: LogEncoding
}

/** An access log that can be read. */
export interface AccessLog {
  readonly follower: LogFollower
  readonly pattern: AccessPattern
}

/** catalina.out is taken for abandoned when Tomcat wrote so much later into catalina.DATE.log. */
const ABANDONED_NS = 3_600_000_000_000n

/** The logs of one Tomcat on this machine. */
export class TomcatLogs implements AsyncDisposable {
  readonly files: LogFiles
  readonly #with: TomcatLogsOptions
  #catalina: LogFamily | undefined
  #access: Promise<{ valves: AccessValve[]; unread: string | undefined }> | undefined

  constructor(options: TomcatLogsOptions) {
    this.#with = options
    this.files = options.files
  }

  /** What Tomcat and its applications say, and what failed in servlets, which stands in localhost.DATE.log alone. @throws NoDataError, ProbeError */
  async messages(): Promise<LogFollower[]> {
    const directory = this.#directory()
    const catalina = await this.#chooseCatalina(directory)
    const localhost = datedFamily(directory, 'localhost.', '.log')
    const { encoding } = this.#with
    const how = { encoding, continues: continuesJavaRecord }
    return [
      await this.files.follow('catalina', { family: catalina, ...how }),
      await this.files.follow('localhost', { family: localhost, ...how }),
    ]
  }

  /** By server.xml, else as Tomcat is delivered. What can't be read is told. @throws NoDataError, ProbeError */
  async access(remark: (text: LocalizedText) => void): Promise<AccessLog[]> {
    const directory = this.#directory()
    const { valves, unread } = await (this.#access ??= this.#readValves())
    if (unread !== undefined)
      remark({
        zh: `无法读取 ${unread}，按 Tomcat 的默认设置查找访问日志`,
        en: `${unread} can't be read; the access log is looked for where Tomcat puts it by default`,
      })
    const logs: AccessLog[] = []
    for (const [n, valve] of valves.entries()) {
      const family = this.#familyOf(valve, directory)
      const pattern = compileAccessPattern(valve.pattern)
      if (family === undefined || pattern === undefined) remark(unusable(valve))
      else {
        const how = { family, encoding: this.#with.encoding, continues: eachLine }
        logs.push({ pattern, follower: await this.files.follow(`access ${n}`, how) })
      }
    }
    return logs
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.files[Symbol.asyncDispose]()
  }

  #directory(): string {
    const { directory, catalinaBase } = this.#with
    if (directory !== undefined) return directory
    if (catalinaBase === undefined)
      throw new NoDataError({
        zh: '该数据源未设置 catalinaBase 或 logs',
        en: 'neither catalinaBase nor logs is set for this source',
      })
    return join(catalinaBase, 'logs')
  }

  /** Once: what Tomcat prints stands in both, and is not to be counted twice. */
  async #chooseCatalina(directory: string): Promise<LogFamily> {
    if (this.#catalina !== undefined) return this.#catalina
    const out = plainFamily(join(directory, 'catalina.out'))
    const dated = datedFamily(directory, 'catalina.', '.log')
    const [printed, logged] = [await out.current(), await dated.current()]
    const isPrinted =
      printed !== undefined &&
      (logged === undefined || logged.mtimeNs - printed.mtimeNs < ABANDONED_NS)
    const chosen = isPrinted || logged === undefined ? out : dated
    if (printed !== undefined || logged !== undefined) this.#catalina = chosen
    return chosen
  }

  async #readValves(): Promise<{ valves: AccessValve[]; unread: string | undefined }> {
    const { catalinaBase } = this.#with
    if (catalinaBase === undefined) return { valves: [DELIVERED_VALVE], unread: undefined }
    const file = join(catalinaBase, 'conf/server.xml')
    try {
      return { valves: findAccessValves(await readFile(file, 'utf8')), unread: undefined }
    } catch {
      return { valves: [DELIVERED_VALVE], unread: file }
    }
  }

  #familyOf(
    { directory, prefix, suffix, dateFormat }: AccessValve,
    logs: string,
  ): LogFamily | undefined {
    const where = this.#whereIs(directory, logs)
    if (dateFormat === '') return plainFamily(join(where, `${prefix}${suffix}`))
    const lead = /^([-._]?)yyyy-MM-dd(?:[-._]HH(?:[-._]mm)?)?$/.exec(dateFormat)?.[1]
    return lead === undefined ? undefined : datedFamily(where, `${prefix}${lead}`, suffix)
  }

  #whereIs(directory: string, logs: string): string {
    if (isAbsolute(directory)) return directory
    const { catalinaBase } = this.#with
    return directory === 'logs' || catalinaBase === undefined ? logs : join(catalinaBase, directory)
  }
}

function unusable({ prefix, pattern, dateFormat }: AccessValve): LocalizedText {
  return {
    zh: `访问日志 ${prefix} 的格式无法解析（pattern ${pattern}，fileDateFormat ${dateFormat}），未采集`,
    en: `the access log ${prefix} is not read: its pattern ${pattern} or fileDateFormat ${dateFormat} is not one that can be taken apart`,
  }
}
