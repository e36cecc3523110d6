import { systemFiles } from '@wardround/journal'
import type { AlertRow } from '@wardround/protocol'
import type { QueryResult } from '@wardround/query'
import { expect, test } from 'vitest'
import { CollectorHarness } from '../../testing/collector-harness.ts'

const write = (harness: CollectorHarness, token: string, body: string, path = '/write') =>
  fetch(harness.url(path), {
    method: 'POST',
    body,
    headers: { authorization: `Token ${token}`, 'accept-language': 'en' },
  })

test('while the journal can not be written nothing is acknowledged; the same write later is', async () => {
  let broken = false
  const files = {
    ...systemFiles,
    write: async (file: number, bytes: Uint8Array, position: number) => {
      if (broken)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return systemFiles.write(file, bytes, position)
    },
  }
  await using harness = await CollectorHarness.start({ files })
  const token = await harness.createWriteToken()
  const timeMs = Date.now()
  const body = `m,host=h v=1 ${timeMs}000000`
  broken = true
  const refused = await write(harness, token, body)
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toEqual({
    error: expect.stringContaining('the journal can not be written now'),
  })
  const second = await write(harness, token, body, '/api/v2/write')
  expect(await second.json()).toMatchObject({ code: 'unavailable' })
  const metrics = await (await fetch(harness.url('/metrics'))).text()
  expect(metrics).toContain('wardround_collector_agent_samples_deferred_total{host="h"} 2\n')
  broken = false
  await expect.poll(async () => (await write(harness, token, body)).status).toBe(204)
  const query = '/api/v1/query?measurement=m&field=v&aggregate=raw'
  const { series } = await harness.get<QueryResult>(query)
  expect(series.map(({ points }) => points)).toEqual([[[timeMs, 1]]])
})

test('what is written about a host with an agent is no sign of life of the agent', async () => {
  let aheadMs = 0
  const clocks = {
    nowMs: () => Date.now() + aheadMs,
    monotonicMs: () => performance.now() + aheadMs,
  }
  await using harness = await CollectorHarness.start(clocks)
  const agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ measurement: 'cpu', field: 'usage_active', value: 1 }] })
  await agent.next('ack')
  agent[Symbol.dispose]()
  const token = await harness.createWriteToken({ hosts: ['db1', 'web1'] })
  const silent = async () =>
    (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
      .filter(({ rule, state }) => rule === 'agent_offline' && state === 'firing')
      .map(({ host }) => host)
  for (; aheadMs < 900_000; aheadMs += 30_000)
    expect((await write(harness, token, 'm,host=db1 v=1\nm,host=web1 v=1')).status).toBe(204)
  await expect.poll(silent).toEqual(['db1'])
})

test.each(['a/b', '-x', 'x'.repeat(254), '${jndi:x}', 'a\\ b', '漢'.repeat(100)])(
  'a host can not be called %s, neither for samples nor for events',
  async (host) => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken()
    const record = 'Message="x",EventRecordID=1i'
    const body = `m,host=${host} v=1\nwin_eventlog,host=${host} ${record}\nm,host=good v=1`
    const answer = await write(harness, token, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(/can't be a host's name[^]*dropped=2$/),
    })
    const { agents } = await harness.get<{ agents: { host: string }[] }>('/api/v1/agents')
    expect(agents.map((row) => row.host)).toEqual(['good'])
  },
)

test('records of the event log of any length are kept, cut', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken()
  const long = '日'.repeat(20_000)
  const data = Array.from({ length: 100 }, (_, i) => `Data_${i}="${long.slice(0, 2_000)}"`).join(
    ',',
  )
  const body = `win_eventlog,Channel=${long.slice(0, 1_000)},host=w1 Message="${long}",EventRecordID=7i,${data}`
  for (let twice = 0; twice < 2; twice++)
    expect((await write(harness, token, body)).status).toBe(204)
  const events = () =>
    harness.get<{ events: { body: { text: string; data: object } }[] }>('/api/v1/events?host=w1')
  await expect.poll(async () => (await events()).events.length).toBe(1)
  const [event] = (await events()).events
  expect(event?.body.text).toBe(long.slice(0, 8_192))
  expect(Object.keys(event?.body.data ?? {})).toHaveLength(40)
})
