import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Session } from '../../source.ts'
import { SourceMemory } from '../../source-memory.ts'
import { tomcatSource } from '../../sources/tomcat.ts'
import type { TomcatSession } from '../../sources/tomcat/tomcat-session.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { hasTomcat, NO_TOMCAT, TomcatServer } from '../../testing/tomcat-server.ts'
import accessLog from './access-log.ts'
import log from './log.ts'

if (!hasTomcat) process.stderr.write(`${NO_TOMCAT}: not compared with its logs\n`)

/** As Tomcat is delivered, but for the files that nobody needs. */
const LOGGING = `handlers = 1catalina.org.apache.juli.AsyncFileHandler, 2localhost.org.apache.juli.AsyncFileHandler, java.util.logging.ConsoleHandler
.handlers = 1catalina.org.apache.juli.AsyncFileHandler, java.util.logging.ConsoleHandler
1catalina.org.apache.juli.AsyncFileHandler.directory = \${catalina.base}/logs
1catalina.org.apache.juli.AsyncFileHandler.prefix = catalina.
2localhost.org.apache.juli.AsyncFileHandler.directory = \${catalina.base}/logs
2localhost.org.apache.juli.AsyncFileHandler.prefix = localhost.
java.util.logging.ConsoleHandler.formatter = org.apache.juli.OneLineFormatter
org.apache.catalina.core.ContainerBase.[Catalina].[localhost].handlers = 2localhost.org.apache.juli.AsyncFileHandler
`
const EXHAUSTED =
  '<%@ page session="false" %><% if (true) throw new OutOfMemoryError("Java heap space, password=tiger"); %>'

describe.skipIf(!hasTomcat)('the logs of a real Tomcat', () => {
  let server: TomcatServer
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tomcat-logs-'))
    const logging = join(directory, 'logging.properties')
    await writeFile(logging, LOGGING)
    server = await TomcatServer.start({
      jvmArguments: [
        `-Djava.util.logging.config.file=${logging}`,
        '-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager',
      ],
    })
    await writeFile(join(server.base, 'webapps/app/exhausted.jsp'), EXHAUSTED)
  })

  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  /** As the agent opens it, with its state directory. */
  async function open(): Promise<Session<TomcatSession>> {
    const options = {
      instance: 'his',
      connect: server.url,
      connectTimeout: '5s',
      manager: '/manager',
      page: '/',
      catalinaBase: server.base,
      logEncoding: 'auto',
    }
    const memory = await SourceMemory.open(join(directory, 'state'), 'his')
    return tomcatSource.open(await makeSourceContext({ name: 'his', options, memory }))
  }

  test('an OutOfMemoryError is one event and one match, over restarts of Tomcat and of the agent', async () => {
    let agent = await open()
    const events: string[] = []
    const sample = async () => {
      const run = await sampleOnce(log, agent.session)
      events.push(...run.events.map(({ body }) => JSON.stringify(body)))
      return matchesIn(run)
    }
    await sample()
    await fetch(`${server.url}/app/exhausted.jsp`)
    await expect.poll(sample).toMatchObject({ OutOfMemoryError: 1, SEVERE: 1, Exception: 1 })
    await agent[Symbol.asyncDispose]()
    await server.stop()
    await server.run()
    agent = await open()
    await fetch(`${server.url}/app/exhausted.jsp`)
    await expect.poll(sample).toMatchObject({ OutOfMemoryError: 2 })
    await agent[Symbol.asyncDispose]()
    const exhausted = events.filter((text) => text.includes('Java heap space'))
    expect(exhausted).toHaveLength(2)
    expect(exhausted.join('')).not.toContain('tiger')
  })

  test('requests are those of the access log', async () => {
    await using agent = await open()
    const sample = async () => (await sampleOnce(accessLog, agent.session)).samples
    const count = async (status: string) =>
      (await sample()).find(({ tags }) => tags['status'] === status)?.fields['requests_total']
    await sample()
    const before = (await server.accessLog()).length
    for (const path of ['/', '/', '/app/fail.jsp', '/nowhere']) await fetch(`${server.url}${path}`)
    await expect.poll(() => count('5xx')).toBe(1)
    await expect.poll(() => count('4xx')).toBe(1)
    expect(await count('2xx')).toBe((await server.accessLog()).length - before - 2)
  })
})

/** Sums over the logs, by rule. */
function matchesIn({ samples }: SampledRun): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { tags, fields } of samples) {
    const rule = tags['rule'] ?? ''
    sums[rule] = (sums[rule] ?? 0) + (fields['matches_total'] ?? 0)
  }
  return sums
}
