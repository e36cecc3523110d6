import { createSocket } from 'node:dgram'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'

import { startAgent } from '../../agent.ts'
import { AgentConfig } from '../../config.ts'
import records from '../../probes/syslog/records.ts'
import { resolveSettings } from '../../settings.ts'
import { openRecordedLog } from '../../testing/recorded-log.ts'
import { StandInCollector } from '../../testing/stand-in-collector.ts'
import { syslogSource } from '../syslog.ts'

/** A UDP port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve())
  })
  const { port } = socket.address()
  await new Promise<void>((resolve) => {
    socket.close(() => resolve())
  })
  return port
}

test('what a device sends comes to the collector as an event of that device, at its own time', async () => {
  const state = await mkdtemp(join(tmpdir(), 'wardround-syslog-'))
  await writeFile(join(state, 'token'), 'right\n', { mode: 0o600 })
  const port = await freePort()
  try {
    await using collector = await StandInCollector.start({ token: 'right' })
    const text = `
collector: {url: "${collector.url}", token: {file: ${join(state, 'token')}}}
state: ${join(state, 'state')}
outbox: {reserveFraction: 0, reserveBytes: 0B}
sources:
  - type: syslog
    listen: ['udp://127.0.0.1:${port}']
    devices: [{address: 127.0.0.1, subject: fcsw1}]
probes: {syslog.records: {every: 1s}}`
    const config = checkYaml(AgentConfig, { file: 'agent.yaml', text })
    const probes = [records]
    const { log } = openRecordedLog()
    const parts = { log, environment: {}, probes, sources: [syslogSource] }
    await using _agent = await startAgent(resolveSettings(config, probes), parts)
    const events = () =>
      collector.batches.flatMap(({ batch }) => batch.events).filter(({ kind }) => kind === 'syslog')
    const socket = createSocket('udp4')
    // until the agent listens; what comes again is a repeat, and no second event
    const sending = setInterval(
      () => socket.send('<187>Nov 22 10:11:12 sw raslogd: FAN 2 faulted', port, '127.0.0.1'),
      50,
    )
    try {
      await collector.until(() => events().length > 0)
    } finally {
      clearInterval(sending)
      socket.close()
    }
    const blocks = () => collector.batches.flatMap(({ batch }) => batch.blocks)
    await collector.until(() => blocks().some(({ subject }) => subject === 'fcsw1'))
    expect(events()).toMatchObject([
      { subject: 'fcsw1', body: { severity: 'err', rules: ['error', 'hardware'] } },
    ])
    expect(events()[0]?.key).toMatch(/^127\.0\.0\.1 \d+ \w+$/)
  } finally {
    await rm(state, { recursive: true, force: true })
  }
})
