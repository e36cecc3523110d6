import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AgentClient } from '../testing/agent-client.ts'
import { CollectorHarness } from '../testing/collector-harness.ts'

const MINUTE_MS = 60_000

interface AlertAnswer {
  readonly state: string
  readonly value: number
  readonly startsAt: string
}

/** A site with one rule, whose collector is started more than once. */
class Site {
  readonly directory: string
  readonly #rules: string
  #sequence = 0

  private constructor(directory: string) {
    this.directory = directory
    this.#rules = join(directory, 'rules')
  }

  static async with(rule: string): Promise<Site> {
    const directory = await mkdtemp(join(tmpdir(), 'wardround-rule-history-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const site = new Site(directory)
    await mkdir(site.#rules)
    await site.write(rule)
    return site
  }

  async write(rule: string): Promise<void> {
    const text = `rules: [{id: watched, name: {zh: x, en: x}, summary: {zh: x, en: x}, ${rule}}]\n`
    await writeFile(join(this.#rules, 'own.yaml'), text)
  }

  get yaml(): string {
    return `rules: {directory: ${this.#rules}, pack: none}`
  }

  start(): Promise<CollectorHarness> {
    return CollectorHarness.start({ directory: this.directory, yaml: this.yaml })
  }

  async send(agent: AgentClient, minutesAgo: number, value: number, field = 'used_percent') {
    const ageMs = minutesAgo * MINUTE_MS
    agent.sendBatch(++this.#sequence, {
      timeMs: Date.now() - ageMs,
      ageMs,
      samples: [{ measurement: 'mem', field, value }],
    })
    await agent.next('ack')
  }
}

async function alertsOf(harness: CollectorHarness): Promise<readonly AlertAnswer[]> {
  return (await harness.get<{ alerts: AlertAnswer[] }>('/api/v1/alerts')).alerts
}

/** Sends samples of now until the alert has a value that fits; gives the alert. */
async function sendUntil(
  site: Site,
  harness: CollectorHarness,
  agent: AgentClient,
  value: number,
  fits: (alert: AlertAnswer) => boolean,
): Promise<AlertAnswer> {
  let found: AlertAnswer | undefined
  await expect
    .poll(
      async () => {
        await site.send(agent, 0, value)
        found = (await alertsOf(harness)).find(fits)
        return found !== undefined
      },
      { timeout: 15_000, interval: 200 },
    )
    .toBe(true)
  return found!
}

test('a window knows after a start what the store knows, and an alert that stands on it goes on', async () => {
  const site = await Site.with(
    'value: "avg(mem.used_percent, 40m)", warning: {atLeast: 80, clear: {samples: 1}}',
  )
  {
    await using harness = await site.start()
    using agent = await harness.join('db1')
    for (let minute = 45; minute >= 1; minute--) await site.send(agent, minute, 95)
    expect(await alertsOf(harness)).toEqual([])
  }
  let startsAt: string
  {
    await using harness = await site.start()
    using agent = await harness.join('db1')
    const alert = await sendUntil(site, harness, agent, 95, ({ state }) => state === 'firing')
    expect(alert.value).toBeCloseTo(95, 6)
    startsAt = alert.startsAt
  }
  await using harness = await site.start()
  using agent = await harness.join('db1')
  // One low sample among forty high ones: known to be low only by who remembers them.
  const alert = await sendUntil(site, harness, agent, 70, ({ value }) => value < 95)
  expect(alert).toMatchObject({ state: 'firing', startsAt })
  expect(alert.value).toBeGreaterThan(80)
})

test('rules that are put in force while it runs know the past too', async () => {
  const site = await Site.with('value: mem.used_percent, warning: {above: 99.9}')
  await using harness = await site.start()
  using agent = await harness.join('db1')
  for (let minute = 45; minute >= 1; minute--) await site.send(agent, minute, 95)
  await site.send(agent, 0, 95)
  await site.write('value: "min(mem.used_percent, 40m)", warning: {atLeast: 80}')
  await harness.reload(site.yaml)
  const alert = await sendUntil(site, harness, agent, 95, ({ state }) => state === 'firing')
  expect(alert.value).toBe(95)
})

test('a baseline is told from the days that the store knows', async () => {
  const site = await Site.with(
    'value: mem.used_percent - baseline(mem.used_percent), warning: {atLeast: 30}',
  )
  {
    await using harness = await site.start()
    using agent = await harness.join('db1')
    for (let day = 7; day >= 1; day--) await site.send(agent, day * 1440, 10 * day)
  }
  await using harness = await site.start()
  using agent = await harness.join('db1')
  const alert = await sendUntil(site, harness, agent, 90, ({ state }) => state === 'firing')
  expect(alert.value).toBeCloseTo(50, 6)
})
