import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkYaml, StateLockedError } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { startAgent, type Agent } from './agent.ts'
import { AgentConfig } from './config.ts'
import { defineProbe, type Probe, type SourceReference } from './probe.ts'
import { resolveSettings } from './settings.ts'
import type { Source } from './source.ts'
import { openRecordedLog } from './testing/recorded-log.ts'
import { StandInCollector } from './testing/stand-in-collector.ts'

const help = { zh: '测试', en: 'test' }

/** In the place of the host. */
const bench: SourceReference<{ next: () => number }> = { type: 'host' }

/** A device that counts its readings. */
const benchSource: Source<{ next: () => number }> = {
  type: 'host',
  platforms: ['linux', 'darwin', 'win32'],
  async open() {
    let count = 0
    return {
      session: { next: () => ++count },
      subject: '',
      [Symbol.asyncDispose]: async () => undefined,
    }
  },
}

function benchProbe(name: string, sample?: () => Promise<undefined>): Probe {
  return defineProbe({
    name,
    source: bench,
    platforms: ['linux', 'darwin', 'win32'],
    everySeconds: 1,
    cost: 'cheap',
    reads: 'nothing',
    needs: 'none',
    help,
    measurements: {
      bench: {
        identifyingTags: ['probe'],
        fields: { count: { kind: 'counter', unit: 'count', precision: 1, help } },
      },
    },
    sample({ session, emit }) {
      emit('bench', { probe: name }, { count: session.next() })
      return sample?.()
    },
  })
}

/** A state directory with a token in it; agents are started on it as processes would be. */
class Site implements AsyncDisposable {
  readonly directory: string
  readonly recorded = openRecordedLog()

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), 'wardround-agent-')))
    await writeFile(join(site.directory, 'token'), 'right\n', { mode: 0o600 })
    return site
  }

  start(url: string, probes: readonly Probe[], more = ''): Promise<Agent> {
    const text = `
collector: {url: "${url}", token: {file: ${join(this.directory, 'token')}}}
host: db1
state: ${join(this.directory, 'state')}
uplink: {backOffFirst: 20ms, backOffMax: 100ms, backOffUnauthorized: 50ms}
outbox: {spillAfter: 100ms, reserveFraction: 0, reserveBytes: 0B}
${more}`
    const config = checkYaml(AgentConfig, { file: 'agent.yaml', text })
    return startAgent(resolveSettings(config, probes), {
      log: this.recorded.log,
      environment: {},
      probes,
      sources: [benchSource],
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.directory, { recursive: true, force: true })
  }
}

const counts = (collector: StandInCollector, probe: string) =>
  collector.batches.flatMap(({ samples }) =>
    samples
      .filter(
        ({ definition }) => definition.measurement === 'bench' && definition.tags[0]?.[1] === probe,
      )
      .map(({ value }) => value),
  )

describe('an agent', () => {
  test('sends what all probes of an interval read as one batch, with a report of every run', async () => {
    await using site = await Site.create()
    await using collector = await StandInCollector.start({ token: 'right' })
    await using agent = await site.start(collector.url, [
      benchProbe('bench.a'),
      benchProbe('bench.b'),
    ])
    await collector.until(() => collector.batches.length >= 2)
    const { samples } = collector.batches.find((batch) => batch.samples.length > 0) ?? {
      samples: [],
    }
    expect(new Set(samples.map(({ timeMs }) => timeMs)).size).toBe(1)
    const measured = samples.map(({ definition }) => definition.measurement)
    expect(measured.filter((name) => name === 'bench')).toHaveLength(2)
    expect(measured.filter((name) => name === 'probe')).toHaveLength(8)
    expect(collector.connections[0]?.hello).toMatchObject({ host: 'db1', everySeconds: 1 })
    expect(agent.ledger.entry.dropped).toBe(0)
  })

  test('goes on while a probe hangs and another throws', async () => {
    await using site = await Site.create()
    await using collector = await StandInCollector.start()
    const throwing = benchProbe('bench.throws', () => Promise.reject(new Error('no')))
    const hanging = benchProbe('bench.hangs', () => new Promise(() => undefined))
    await using _agent = await site.start(collector.url, [
      throwing,
      hanging,
      benchProbe('bench.good'),
    ])
    await collector.until(() => counts(collector, 'bench.good').length >= 3)
    expect(counts(collector, 'bench.throws').length).toBeGreaterThanOrEqual(2)
    expect(counts(collector, 'bench.hangs')).toHaveLength(1)
  })

  test('writes nothing to disk while the collector acknowledges, not even when it stops', async () => {
    await using site = await Site.create()
    await using collector = await StandInCollector.start()
    const agent = await site.start(collector.url, [benchProbe('bench.a')])
    await collector.until(() => counts(collector, 'bench.a').length >= 2)
    await agent[Symbol.asyncDispose]()
    expect(
      (await readdir(join(site.directory, 'state'))).filter((name) => !name.startsWith('lock')),
    ).toEqual([])
    const { collected, stored, queued } = agent.ledger.entry
    expect({ stored, queued }).toEqual({ stored: collected, queued: 0 })
  })

  test('collects without a collector, and the next process delivers it, each reading once', async () => {
    await using site = await Site.create()
    const first = await site.start('ws://127.0.0.1:1/agent/v1', [benchProbe('bench.a')])
    while (first.ledger.entry.collected < 10)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await first[Symbol.asyncDispose]()
    const { collected } = first.ledger.entry

    await using collector = await StandInCollector.start()
    await using second = await site.start(collector.url, [benchProbe('bench.a')], 'probes: {}')
    expect(second.ledger.entry.recovered).toBe(collected)
    await collector.until(() => second.ledger.entry.stored >= collected)
    expect(collector.connections[0]?.hello.epochs).toEqual([second.epoch, first.epoch])
    const ofFirst = collector.batches.filter(({ id }) => id.epoch === first.epoch)
    const readings = ofFirst.flatMap(({ samples }) =>
      samples
        .filter(({ definition }) => definition.measurement === 'bench')
        .map(({ value }) => value),
    )
    expect(readings).toEqual(readings.map((_, index) => index + 1))
    expect(ofFirst.flatMap(({ samples }) => samples)).toHaveLength(collected)
  })

  test('with a token that is not accepted goes on collecting', async () => {
    await using site = await Site.create()
    await using collector = await StandInCollector.start({ token: 'another' })
    await using agent = await site.start(collector.url, [benchProbe('bench.a')])
    await collector.until(() => collector.upgrades.length >= 3 && agent.ledger.entry.collected > 5)
    expect(site.recorded.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    await writeFile(join(site.directory, 'token'), 'another\n', { mode: 0o600 })
    await collector.until(() => counts(collector, 'bench.a').length >= 1)
  })

  test('is refused a state directory that another one holds', async () => {
    await using site = await Site.create()
    await using _first = await site.start('ws://127.0.0.1:1/agent/v1', [])
    await expect(site.start('ws://127.0.0.1:1/agent/v1', [])).rejects.toThrow(StateLockedError)
  })

  test('puts the site’s tags on every series', async () => {
    await using site = await Site.create()
    await using collector = await StandInCollector.start()
    await using _agent = await site.start(
      collector.url,
      [benchProbe('bench.a')],
      'tags: {rack: A1}',
    )
    const [batch] = await collector.until(() => collector.batches.length > 0 && collector.batches)
    for (const { definition } of batch?.samples ?? [])
      expect(definition.tags).toContainEqual(['rack', 'A1'])
  })
})
