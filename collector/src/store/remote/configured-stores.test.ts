import { ConfigError } from '@wardround/program'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CollectorHarness, configOf } from '../../testing/collector-harness.ts'
import {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
} from '../testing/peers/victoria-metrics.ts'
import { readStores } from './read-stores.ts'

test('what an agent sends is in a store outside, with its host, and /metrics tells of it', async ({
  skip,
}) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using server = await startVictoriaMetrics()
  const yaml = `stores: [{name: vm, kind: victoriametrics, url: '${server.url}'}]`
  await using harness = await CollectorHarness.start({ yaml })
  using agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ field: 'value', value: 42 }] })
  await agent.next('ack')
  const found = async () => (await exportSeries(server, '{host="db1"}')).map(({ values }) => values)
  await expect.poll(found).toEqual([[42]])
  const metrics = await (await fetch(harness.url('/metrics'))).text()
  expect(metrics).toContain('wardround_collector_remote_store_ok{store="vm"} 1')
  expect(metrics).toMatch(/wardround_collector_remote_store_samples_total\{store="vm"\} [1-9]/)
})

test('a store that is down keeps nothing from its work, and /readyz says why it takes nothing', async () => {
  // Nobody listens there.
  const yaml = `stores: [{name: vm, kind: victoriametrics, url: 'http://127.0.0.1:9'}]`
  await using harness = await CollectorHarness.start({ yaml })
  using agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ field: 'value', value: 42 }] })
  await agent.next('ack')
  const readiness = () =>
    harness.get<{ status: string; notices?: { code: string; message: string }[] }>('/readyz')
  await expect
    .poll(async () => (await readiness()).notices)
    .toContainEqual({
      code: 'STORE_BEHIND',
      message: expect.stringContaining('外部时序库“vm”未能写入'),
    })
  expect((await readiness()).status).toBe('ready')
})

describe('settings that can not be', () => {
  const read = (stores: string, environment = {}) =>
    readStores(configOf('/nowhere', `stores: [${stores}]`), environment).then(
      () => 'taken',
      (error: unknown) => (error instanceof ConfigError ? error.message : Promise.reject(error)),
    )
  const url = 'url: http://127.0.0.1:8086'

  test.each([
    [`{name: a, kind: influxdb, ${url}}`, ': database (InfluxDB 1.x) or bucket'],
    [
      `{name: a, kind: influxdb, ${url}, database: w, bucket: w}`,
      ': database (1.x) and bucket (2.x, 3.x) exclude each other',
    ],
    [
      `{name: a, kind: influxdb, ${url}, database: w, org: o}`,
      ': org and token belong to InfluxDB 2.x and 3.x',
    ],
    [
      `{name: a, kind: influxdb, ${url}, bucket: w, username: u}`,
      ': retentionPolicy and username belong to InfluxDB 1.x',
    ],
    [
      `{name: a, kind: victoriametrics, ${url}}, {name: a, kind: victoriametrics, ${url}}`,
      ': store "a" is there twice',
    ],
    [
      `{name: a, kind: victoriametrics, url: 'http://169.254.169.254/'}`,
      'collector.yaml:6:48: the address is a link-local',
    ],
    [
      `{name: a, kind: victoriametrics, url: 'ftp://x/'}`,
      ': the address is no http:// or https://',
    ],
    [
      `{name: a, kind: victoriametrics, ${url}, token: {env: NO_SUCH}}`,
      ': environment variable NO_SUCH is not set',
    ],
    [`{name: a, kind: victoriametrics, ${url}, ca: /no/such.pem}`, ": /no/such.pem can't be read"],
  ])('%s', async (stores, said) => {
    expect(await read(stores)).toContain(said)
  })

  test('an authority that is no certificate', async () => {
    await using harness = await CollectorHarness.start()
    const file = join(harness.directory, 'ca.pem')
    await writeFile(file, 'hello')
    const said = await read(`{name: a, kind: victoriametrics, ${url}, ca: ${file}}`)
    expect(said).toContain(`there is no PEM certificate in ${file}`)
  })
})
