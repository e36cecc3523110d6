import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { CollectorHarness } from '../testing/collector-harness.ts'

const PROMTOOL = '/usr/bin/promtool'

/** The address of a webhook that takes everything. */
async function startReceiver(): Promise<string> {
  const receiver = createServer((_request, response) => void response.end())
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void receiver.close())
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listens on a port
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
}

async function readMetrics(): Promise<string> {
  const yaml = `notify: {channels: [{name: duty, type: webhook, url: '${await startReceiver()}'}]}`
  await using harness = await CollectorHarness.start({ yaml })
  using agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ field: 'value', value: 1 }] })
  await agent.next('ack')
  return (await fetch(harness.url('/metrics'))).text()
}

test('of the default metrics those are there that tell something', async () => {
  const text = await readMetrics()
  expect(text).toContain('# TYPE process_resident_memory_bytes gauge')
  expect(text).toContain('# TYPE nodejs_eventloop_lag_p99_seconds gauge')
  expect(text).not.toContain('nodejs_active_')
})

test('promtool finds nothing wrong with the metrics', async ({ skip }) => {
  skip(!existsSync(PROMTOOL), 'promtool is not installed')
  const input = await readMetrics()
  const { status, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'metrics'], {
    input,
    encoding: 'utf8',
  })
  expect(stdout + stderr).toBe('')
  expect(status).toBe(0)
})
