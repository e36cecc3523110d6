import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CollectorProcess, type CollectorSettings } from './support/collector-process.ts'
import { until } from './support/until.ts'

// Row A8: a collector that was killed is noticed from outside, by another one. With the default pack and the default interval that takes at most 150 s
// (collector/src/rules/fixtures/collector-pack.yaml); here both are shortened.

const TIMEOUT = 240_000
const SILENT_AFTER_MS = 4_000

const RULES = `rules:
  - id: collector_silent
    name: {zh: 监控中心失联, en: Collector is silent}
    noData: collector
    own: true
    critical: {for: ${SILENT_AFTER_MS / 1000}s, clear: {heartbeats: 1}}
    summary: {zh: '{{host}}', en: '{{host}}'}
`

async function start(settings: CollectorSettings): Promise<CollectorProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'wr-dead-'))
  await mkdir(join(directory, 'rules'))
  await writeFile(join(directory, 'rules', 'own.yaml'), RULES)
  const rules = { directory: join(directory, 'rules'), pack: 'none' }
  const collector = await CollectorProcess.start(directory, { rules, ...settings })
  onTestFinished(async () => {
    await collector.kill()
    await rm(directory, { recursive: true, force: true })
  })
  return collector
}

const alertsOf = async (collector: CollectorProcess) => {
  const { alerts } = await collector.get<{ alerts: { rule: string; host: string }[] }>(
    '/api/v1/alerts',
  )
  return alerts.map(({ rule, host }) => `${rule} ${host}`)
}

test('a collector that is killed is noticed by another one', { timeout: TIMEOUT }, async () => {
  const outside = await start({ notify: { heartbeatsFrom: ['north'] } })
  const url = `${outside.url}/api/v1/heartbeat/north`
  const north = await start({ notify: { heartbeats: [{ name: 'outside', url, every: '1s' }] } })
  const sent = () => north.metric('wardround_collector_heartbeats_total')
  await until('heartbeats are sent', async () => (await sent()) >= 3, 60_000, 100)
  expect(await alertsOf(outside)).toEqual([])
  await north.kill()
  const killedAtMs = performance.now()
  const isNoticed = async () => (await alertsOf(outside)).includes('collector_silent north')
  await until('it is noticed', isNoticed, 60_000, 100)
  expect(performance.now() - killedAtMs).toBeLessThan(SILENT_AFTER_MS + 10_000)
})
