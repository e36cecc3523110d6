// A sample over its threshold (`for: 0s`) to the webhook: 200 alerts, one after the other, each of a file system of its own, from handing
// the batch to the socket to the whole request's arrival at the receiver. The agent itself adds at most 200 ms in which it closes a batch.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeShape } from '@wardround/protocol'
import { startWebhookReceiver } from '../../tests/support/webhook-receiver.ts'
import { AgentLink } from './agent-link.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import { printTable } from './table.ts'

const ALERTS = 200
const PAUSE_MS = 50
const DELIVERED_WITHIN_MS = 30_000
const CALM = 10
const ALARMING = 99

const RULE = {
  id: 'bench_disk',
  name: { zh: '磁盘', en: 'disk' },
  value: 'disk.used_percent',
  warning: { above: 90, for: '0s', clear: { below: 80 } },
  summary: { zh: '磁盘', en: 'disk' },
}

const tags = (at: number) => ({
  path: `/data/${at}`,
  device: `vd${at}`,
  fstype: 'ext4',
  mode: 'rw',
})
const shapes = Array.from({ length: ALERTS }, (_, at) =>
  makeShape('disk', tags(at), 'used_percent', 'gauge'),
)

async function measure(): Promise<number[]> {
  await using directory = await openBenchDirectory()
  const rules = join(directory.path, 'rules.d')
  await mkdir(rules, { recursive: true })
  await writeFile(join(rules, 'bench.yaml'), JSON.stringify({ rules: [RULE] }))
  await using receiver = await startWebhookReceiver()
  await using collector = await BundledCollector.start(directory.path, {
    rules: { directory: rules, pack: 'none' },
    notify: {
      channels: [{ name: 'bench', type: 'webhook', url: receiver.url }],
      route: { groupWait: '0s', groupInterval: '0s' },
      digestAfter: '0s',
    },
  })
  const token = await collector.createToken('bench')
  await using link = await AgentLink.connect({
    url: collector.agentUrl,
    host: 'bench',
    token,
    shapes,
  })
  const values = new Float64Array(ALERTS).fill(CALM)
  link.send(Date.now(), values.slice())
  await link.untilAllAcknowledged()
  const latencies: number[] = []
  for (let at = 0; at < ALERTS; at++) {
    await pass(PAUSE_MS)
    values[at] = ALARMING
    const path = tags(at).path
    const arrival = receiver.until(
      ({ body }) =>
        body.status === 'firing' && body.alerts.some(({ labels }) => labels['path'] === path),
      DELIVERED_WITHIN_MS,
    )
    const sentMs = performance.now()
    link.send(Date.now(), values.slice())
    await arrival
    latencies.push(performance.now() - sentMs)
  }
  return latencies
}

const latencies = (await measure()).toSorted((a, b) => a - b)
const percentile = (part: number) =>
  latencies[Math.min(ALERTS - 1, Math.floor(ALERTS * part))] ?? NaN
printTable(
  `alert: sample over its threshold to webhook received, ${ALERTS} alerts (goal: p99 <= 1,000 ms)`,
  [
    {
      'p50 ms': percentile(0.5),
      'p90 ms': percentile(0.9),
      'p99 ms': percentile(0.99),
      'max ms': percentile(1),
    },
  ],
)
