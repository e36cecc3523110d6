import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CollectorHarness } from './testing/collector-harness.ts'

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-demo-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

test.each([
  {
    first: 'a demo',
    yaml: 'demo: true',
    other: '',
    code: 'STATE_IS_DEMO',
    says: /holds demo data/,
  },
  { first: 'a real one', yaml: '', other: 'demo: true', code: 'STATE_IS_REAL', says: /real data/ },
])('a state directory of $first is refused by the other kind', async (row) => {
  const directory = await freshDirectory()
  {
    await using harness = await CollectorHarness.start({ directory, yaml: row.yaml })
    expect((await readdir(harness.directory)).includes('DEMO-DATA.txt')).toBe(row.yaml !== '')
  }
  const refused = CollectorHarness.start({ directory, yaml: row.other })
  await expect(refused).rejects.toMatchObject({
    code: row.code,
    message: expect.stringMatching(row.says),
    text: { zh: expect.stringContaining('--state') },
  })
  await using again = await CollectorHarness.start({ directory, yaml: row.yaml })
  expect(again.port).toBeGreaterThan(0)
})

test('a demo says so in every answer, and for those who ask whether it is ready', async () => {
  await using harness = await CollectorHarness.start({ yaml: 'demo: true' })
  const response = await fetch(harness.url('/readyz'), { headers: { 'accept-language': 'zh-CN' } })
  expect(response.headers.get('wardround-demo')).toBe('true')
  expect(await response.json()).toMatchObject({
    status: 'ready',
    notices: [{ code: 'DEMO_DATA', message: '演示数据：所有主机、设备与数值均为虚构' }],
  })
  const live = await fetch(harness.url('/api/v1/live'))
  const { value } = await live.body!.pipeThrough(new TextDecoderStream()).getReader().read()
  expect(value).toContain('"demo":true')
})

test.each(['/write', '/api/v2/write'])('a demo takes no lines at %s', async (path) => {
  await using harness = await CollectorHarness.start({ yaml: 'demo: true' })
  const response = await fetch(harness.url(path), {
    method: 'POST',
    body: 'cpu usage_idle=1',
    headers: { 'accept-language': 'en' },
  })
  expect(response.status).toBe(403)
  expect(await response.text()).toContain('demo data')
})

test('a real collector says nothing of demos', async () => {
  await using harness = await CollectorHarness.start()
  const response = await fetch(harness.url('/readyz'))
  expect(response.headers.has('wardround-demo')).toBe(false)
  expect(await response.text()).not.toContain('DEMO')
})

test('a running collector stays what it is', async () => {
  await using harness = await CollectorHarness.start()
  await expect(harness.reload('demo: true')).rejects.toThrow(/collector\.yaml:6:7: .*stop it/)
})
