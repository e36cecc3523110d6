import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'

import { startAgent, type Agent } from '../../agent.ts'
import { AgentConfig } from '../../config.ts'
import tomcatLog from '../../probes/tomcat/log.ts'
import { resolveSettings } from '../../settings.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { openRecordedLog } from '../../testing/recorded-log.ts'
import { StandInCollector } from '../../testing/stand-in-collector.ts'
import { tomcatSource } from '../tomcat.ts'

const severe = (n: number) => `22-Nov-2026 10:11:12.123 SEVERE [main] failure ${n}\n`

/** An agent that follows the logs of a Tomcat, each second; the Tomcat itself is not there. */
async function start(state: string, logs: string, url: string): Promise<Agent> {
  const text = `
collector: {url: "${url}", token: {file: ${join(state, 'token')}}}
state: ${join(state, 'state')}
outbox: {reserveFraction: 0, reserveBytes: 0B}
sources: [{type: tomcat, instance: his, connect: "http://127.0.0.1:1", logs: ${logs}}]
probes: {tomcat.log: {every: 1s}}`
  const probes = [tomcatLog]
  const config = checkYaml(AgentConfig, { file: 'agent.yaml', text })
  const sources = [tomcatSource]
  const { log } = openRecordedLog()
  return startAgent(resolveSettings(config, probes), { log, environment: {}, probes, sources })
}

test('what stands in a log comes to the collector as events, each once, over a restart of the agent', async () => {
  const state = await mkdtemp(join(tmpdir(), 'wardround-logs-'))
  await writeFile(join(state, 'token'), 'right\n', { mode: 0o600 })
  try {
    await using logs = await LogDirectory.open()
    await using collector = await StandInCollector.start({ token: 'right' })
    const events = () =>
      collector.batches
        .flatMap(({ batch }) => batch.events)
        .map(({ kind, body }) => `${kind} ${JSON.stringify(body)}`)
    const matches = () =>
      collector.batches
        .flatMap(({ samples }) => samples)
        .filter(
          ({ definition: { field, tags } }) =>
            field === 'matches_total' && tags.some(([, value]) => value === 'SEVERE'),
        )
        .map(({ value }) => value)
    await logs.create('catalina.out', severe(0))
    {
      await using _agent = await start(state, logs.root, collector.url)
      await collector.until(() => matches().length > 0)
      await logs.append('catalina.out', severe(1) + severe(2))
      await collector.until(() => events().length === 2)
    }
    await logs.append('catalina.out', severe(3))
    await logs.rotate('catalina.out')
    await logs.create('catalina.out', severe(4))
    await using _agent = await start(state, logs.root, collector.url)
    await collector.until(() => events().length >= 4)
    await collector.until(() => matches().at(-1) === 4)
    expect(events().map((text) => /failure (\d)/.exec(text)?.[1])).toEqual(['1', '2', '3', '4'])
  } finally {
    await rm(state, { recursive: true, force: true })
  }
})
