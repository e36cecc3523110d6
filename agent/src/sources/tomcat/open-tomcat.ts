import { parseDurationMs } from '@wardround/program/running'
import type { Session, SourceContext } from '../../source.ts'
import { readAuthorities } from '../authorities.ts'
import { toSessionOptions } from '../server/server-options.ts'
import { ServerSession } from '../server/server-session.ts'
import { LogFiles } from '../log/log-files.ts'
import { toEncoding } from '../log/log-text.ts'
import { HttpLine } from '../http/http-line.ts'
import { JvmFinder } from './jvm-process.ts'
import { ManagerConnection } from './manager-connection.ts'
import { PageCheck } from './page-check.ts'
import { FORMAT, LOGON, PAGE } from './tomcat-statements.ts'
import { TomcatLogs } from './tomcat-logs.ts'
import { TomcatSession } from './tomcat-session.ts'
import { toTomcatTarget, type TomcatTarget } from './tomcat-target.ts'

/** Ids without which nothing else is known. */
const KEPT = [PAGE.id, LOGON.id, FORMAT.id, 'tomcat.status']

/** Puts a session together. Nothing is sent before a probe asks. @throws ProbeError UNREADABLE where caFile is */
export async function openTomcat(context: SourceContext): Promise<Session<TomcatSession>> {
  const target = await readTarget(context.options)
  const sessionOptions = toSessionOptions(context.options, target.server, KEPT)
  const line = new HttpLine(target)
  const page = new PageCheck(line, target, context, sessionOptions)
  const manager =
    target.user === undefined
      ? undefined
      : new ServerSession<ManagerConnection>(
          sessionOptions,
          {
            connect: (password, signal, sendOwn) =>
              ManagerConnection.open(
                { line, target, clocks: context.clocks, sendOwn },
                password,
                signal,
              ),
          },
          context,
        )
  const process = target.catalinaBase === undefined ? undefined : new JvmFinder(target.catalinaBase)
  const logs = new TomcatLogs({
    files: new LogFiles(context),
    catalinaBase: target.catalinaBase,
    directory: target.logs,
    encoding: toEncoding(context.options['logEncoding']),
  })
  const session = new TomcatSession(sessionOptions.instance, {
    target,
    page,
    manager,
    process,
    logs,
  })
  return {
    session,
    subject: '',
    cut() {
      page.cut()
      manager?.cut()
    },
    resume: () => manager?.resume(),
    async [Symbol.asyncDispose]() {
      await manager?.close()
      line.close()
      await logs[Symbol.asyncDispose]()
    },
  }
}

async function readTarget(options: Readonly<Record<string, unknown>>): Promise<TomcatTarget> {
  const { caFile, connectTimeout } = options
  const ca = typeof caFile === 'string' ? await readAuthorities(caFile) : undefined
  return toTomcatTarget(options, { ca, connectTimeoutMs: parseDurationMs(String(connectTimeout)) })
}
