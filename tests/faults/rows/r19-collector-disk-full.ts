import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultSite } from '../../support/fault-site.ts'
import { SmallDisk } from '../../support/small-disk.ts'
import { failSyscalls, whyNoSyscallFaults } from '../../support/syscall-faults.ts'
import { pass, until } from '../../support/until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import type { FaultRow } from '../fault-row.ts'
import { QUICK_AGENT, QUICK_COLLECTOR } from '../quick-settings.ts'
import { allConnected } from '../site-moments.ts'
import { toResult } from '../to-result.ts'

const SAID_DEADLINE_MS = 180_000
const NOTICE_DEADLINE_MS = 180_000
const SHORT_MS = 3_000
/** Half an hour of trouble over all trials of the full form. */
const FULL_MS = 300_000

/** The collector's state is on a small disk that fills up, or that turns read-only: nothing is acknowledged then, rules and notices go on. */
export const row: FaultRow = {
  id: 'R19',
  title: 'disk of the collector full, or read-only',
  shortTrials: 2,
  fullTrials: 6,
  async run({ trials, log, skip }) {
    const why = await whyNoSyscallFaults()
    if (why !== undefined) return skip(why)
    const disk = await SmallDisk.mount(48)
    if (disk === undefined)
      return skip('not on this machine: mounting a small file system needs root')
    await using _disk = disk
    await using receiver = await startWebhookReceiver()
    const rules = await mkdtemp(join(tmpdir(), 'wr-rules-'))
    await writeFile(join(rules, 'level.yaml'), RULES)
    try {
      await using site = await openSite(disk, rules, receiver)
      const violations: string[] = []
      for (let trial = 1; trial <= trials; trial++) {
        const kind = trial % 2 === 1 ? 'full' : 'read-only'
        const holdMs = trials > 2 ? FULL_MS : SHORT_MS
        violations.push(...(await runTrial(site, disk, receiver, kind, holdMs)))
        log(`trial ${trial}: ${kind}, over`)
      }
      const comparison = await site.conclude(300_000)
      return toResult(trials, comparison, violations, { 'drain ms': comparison.drainMs })
    } finally {
      await rm(rules, { recursive: true, force: true })
    }
  },
}

const RULES = `rules:
  - id: fault_level
    name: { zh: 水位, en: Level }
    value: mem.available_percent
    unit: percent
    critical: { below: 10, for: 0s, clear: { atLeast: 20, samples: 1 } }
    summary: { zh: 水位低, en: level low }
`

function openSite(disk: SmallDisk, rules: string, receiver: WebhookReceiver): Promise<FaultSite> {
  return FaultSite.open({
    agent: QUICK_AGENT,
    collectorState: join(disk.directory, 'collector'),
    collector: {
      ...QUICK_COLLECTOR,
      journal: { maxBytes: '16MiB', segmentBytes: '256KiB', reserveBytes: '1MiB' },
      rules: { directory: rules },
      notify: {
        channels: [{ name: 'test', type: 'webhook', url: receiver.url }],
        route: { groupWait: '0s', groupInterval: '0s' },
        digestAfter: '0s',
      },
    },
  }).then(async (site) => {
    await site.setLevel(50)
    await site.startFleet()
    return site
  })
}

async function runTrial(
  site: FaultSite,
  disk: SmallDisk,
  receiver: WebhookReceiver,
  kind: 'full' | 'read-only',
  holdMs: number,
): Promise<string[]> {
  const violations: string[] = []
  await until('all agents are connected', () => allConnected(site), 180_000)
  await pass(1000)
  const fault = await begin(site, disk, kind)
  const since = Date.now()
  // Of the journal, by which batches are acknowledged: on a busy machine there may be other reasons before.
  const isRefusing = async () =>
    (await site.collector.unreadyReasons()).some(({ code }) => code.startsWith('JOURNAL'))
  await until('it says that it can not store', isRefusing, SAID_DEADLINE_MS)
  const stored = await site.collector.metric(STORED)
  await site.setLevel(5)
  const isOf = (status: string) => (delivery: WebhookReceiver['deliveries'][number]) =>
    delivery.atMs >= since &&
    delivery.body.alerts.some(
      (alert) => alert.labels['alertname'] === 'fault_level' && alert.status === status,
    )
  await receiver.until(isOf('firing'), NOTICE_DEADLINE_MS).catch(() => {
    violations.push(`${kind}: no notice while nothing could be stored`)
  })
  await pass(holdMs)
  const meanwhile = (await site.collector.metric(STORED)) - stored
  if (meanwhile > 0) violations.push(`${kind}: ${meanwhile} samples were acknowledged meanwhile`)
  if (!site.collector.isRunning) violations.push(`${kind}: the collector has ended`)
  await fault[Symbol.asyncDispose]()
  await until(
    'it can store again',
    async () => (await site.collector.unreadyReasons()).length === 0,
    SAID_DEADLINE_MS,
  )
  await site.setLevel(50)
  await receiver.until(isOf('resolved'), NOTICE_DEADLINE_MS).catch(() => {
    violations.push(`${kind}: no notice that it is over`)
  })
  return violations
}

const STORED = 'wardround_collector_agent_samples_stored_total'

/** What turns read-only lets nothing be written or opened for writing; files that are open stay readable. */
async function begin(
  site: FaultSite,
  disk: SmallDisk,
  kind: 'full' | 'read-only',
): Promise<AsyncDisposable> {
  if (kind === 'read-only')
    return failSyscalls(site.collector.pid, [
      { calls: ['pwrite64', 'fdatasync', 'fsync'], error: 'EROFS' },
    ])
  await disk.fill(0)
  return { [Symbol.asyncDispose]: () => disk.free() }
}
