// A collector with 10,000 firing alerts is ended, and killed: from the start of the next process to its address answering, and to the API
// giving all of them. The alerts are of 20 hosts with 500 file systems each, through sockets, journal and state as in real life.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeShape } from '@wardround/protocol'
import { AgentLink } from './agent-link.ts'
import { BundledCollector, openBenchDirectory, pass } from './bundled-collector.ts'
import { printTable } from './table.ts'

const HOSTS = 20
const ALERTS = 10_000
const FILE_SYSTEMS = ALERTS / HOSTS
const WITHIN_MS = 60_000

const RULE = {
  id: 'bench_disk',
  name: { zh: '磁盘', en: 'disk' },
  value: 'disk.used_percent',
  warning: { above: 90, for: '0s', clear: { below: 80 } },
  summary: { zh: '{{path}} 已使用 {{value}}', en: '{{path}} is {{value}} full' },
}
const MISSING = {
  id: 'bench_missing',
  name: { zh: '缺失', en: 'missing' },
  noData: 'disk',
  warning: { for: '10m' },
  summary: { zh: '{{path}} 不见', en: '{{path}} is missing' },
}

const shapes = Array.from({ length: FILE_SYSTEMS }, (_, at) =>
  makeShape(
    'disk',
    { path: `/data/${at}`, device: `vd${at}`, fstype: 'ext4', mode: 'rw' },
    'used_percent',
    'gauge',
  ),
)

/** How long after the start of its process a collector gives all alerts. */
async function untilAllAlerts(collector: BundledCollector): Promise<number> {
  const deadline = performance.now() + WITHIN_MS
  for (;;) {
    const response = await fetch(`${collector.url}/api/v1/alerts`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- counted below
    const { alerts } = (await response.json()) as { alerts: readonly unknown[] }
    if (alerts.length === ALERTS) return performance.now() - collector.startedAtMs
    if (performance.now() > deadline) throw new Error(`${alerts.length} of ${ALERTS} alerts`)
    await pass(50)
  }
}

await using directory = await openBenchDirectory()
const rules = join(directory.path, 'rules.d')
await mkdir(rules, { recursive: true })
await writeFile(join(rules, 'bench.yaml'), JSON.stringify({ rules: [RULE, MISSING] }))
const settings = { rules: { directory: rules, pack: 'none' } }

async function start(): Promise<BundledCollector> {
  return BundledCollector.start(directory.path, settings)
}

{
  await using collector = await start()
  for (let host = 0; host < HOSTS; host++) {
    const name = `bench${host}`
    const token = await collector.createToken(name)
    await using link = await AgentLink.connect({
      url: collector.agentUrl,
      host: name,
      token,
      shapes,
    })
    link.send(Date.now(), new Float64Array(FILE_SYSTEMS).fill(99))
    await link.untilAllAcknowledged()
  }
  await untilAllAlerts(collector)
  await pass(6_000)
}

const rows: Record<string, string | number>[] = []
for (const how of ['ended', 'ended', 'killed', 'killed']) {
  await using collector = await start()
  const allMs = await untilAllAlerts(collector)
  rows.push({
    'next process, after this one is': how,
    'listening after ms': collector.startMs,
    'all alerts given after ms': allMs,
    'rss MiB': Math.round(collector.process.memory().rssMiB),
  })
  if (how === 'killed') collector.process.child.kill('SIGKILL')
}
printTable(`alert-restart: a start on ${ALERTS} firing alerts (goal: 5,000 ms)`, rows)
