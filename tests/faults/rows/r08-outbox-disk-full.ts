import { verifyJournal } from '@wardround/journal'
import { FaultSite } from '../../support/fault-site.ts'
import { SmallDisk } from '../../support/small-disk.ts'
import { pass, until } from '../../support/until.ts'
import { CountedLoss } from '../counted-loss.ts'
import type { FaultRow } from '../fault-row.ts'
import { bytesOf } from '../offline-time.ts'
import { QUICK_UPLINK } from '../quick-settings.ts'
import {
  allConnected,
  cutOff,
  drain,
  nothingOnItsWay,
  outboxOf,
  reconnect,
} from '../site-moments.ts'
import { toResult } from '../to-result.ts'

const HOST = 'host-1'
const MIB = 1_048_576
const RESERVE_BYTES = MIB
const NOTICE_DEADLINE_MS = 180_000
const RESUME_DEADLINE_MS = 180_000
const STORED = 'wardround_collector_agent_samples_stored_total'

/** How long nothing at all fits on the disk while the agent is offline: in the short form enough for a small memory bound, ten minutes in the full one. */
const SHORT = { offlineMs: 6_000, memory: '128KiB' }
const FULL = { offlineMs: 600_000, memory: '8MiB' }

/**
 * The outbox lies on a small disk (8 MB) that fills up: first to the reserve that the agent must leave, then by a stranger to the last byte. One agent with as many
 * samples a second as the twenty of the other rows: each host has a disk of its own.
 */
export const row: FaultRow = {
  id: 'R8',
  title: "file system of the agent's outbox full, then freed",
  shortTrials: 1,
  fullTrials: 2,
  async run({ trials, log, skip }) {
    const disk = await SmallDisk.mount(8)
    if (disk === undefined)
      return skip('not on this machine: mounting a small file system needs root')
    await using _disk = disk
    const { offlineMs, memory } = trials > 1 ? FULL : SHORT
    await using site = await FaultSite.open({
      agents: 1,
      series: 4000,
      agentState: disk.directory,
      agent: {
        uplink: QUICK_UPLINK,
        outbox: { reserveBytes: `${RESERVE_BYTES}B`, maxBytes: '64MiB', maxMemory: memory },
      },
    })
    await site.startFleet()
    const violations: string[] = []
    const dropped = new CountedLoss()
    for (let trial = 1; trial <= trials; trial++) {
      await until('the agent is connected', () => allConnected(site), 180_000)
      violations.push(...(await fillToReserve(site, disk)))
      violations.push(...(await fillToTheLastByte(site, disk, offlineMs)))
      violations.push(...(await resume(site, disk)))
      dropped.add(await site.fleet.stopAndTell())
      violations.push(...(await checkSegments(site)))
      await site.startFleet()
      reconnect(site)
      log(`trial ${trial}: over`)
    }
    await drain(site, 300_000)
    const comparison = await site.conclude(0)
    dropped.add(await site.fleet.status())
    return toResult(trials, { ...comparison, lost: dropped.difference(comparison) }, violations, {
      'dropped, counted': dropped.samples,
      reasons: dropped.reasons.join(' ') || 'none',
    })
  },
}

/** Offline with little room: the agent writes until only the reserve is left, and says so. */
async function fillToReserve(site: FaultSite, disk: SmallDisk): Promise<string[]> {
  await nothingOnItsWay(site, NOTICE_DEADLINE_MS)
  cutOff(site)
  await disk.fill(RESERVE_BYTES + 200_000)
  let least = Infinity
  const notices = async () => {
    least = Math.min(least, await disk.availableBytes())
    return (await site.fleet.status()).agents[HOST]?.outboxFailure !== undefined
  }
  await until('the agent says that its disk is full', notices, NOTICE_DEADLINE_MS, 20)
  return least < RESERVE_BYTES ? [`only ${least} bytes were left of the disk`] : []
}

/** Nothing fits any more. Live batches go on being sent; what is offline meanwhile waits in memory as far as that goes. */
async function fillToTheLastByte(
  site: FaultSite,
  disk: SmallDisk,
  offlineMs: number,
): Promise<string[]> {
  await disk.fill(0)
  await pass(offlineMs)
  const stored = await site.collector.metric(STORED)
  reconnect(site)
  const violations: string[] = []
  await until(
    'live samples arrive with a full disk',
    async () => (await site.collector.metric(STORED)) > stored,
    RESUME_DEADLINE_MS,
  ).catch((error: Error) => violations.push(error.message))
  if (!site.fleet.isRunning) violations.push('the agent has ended')
  return violations
}

/** Offline once more, and the stranger's file goes: the agent writes again by itself, and what it leaves at an orderly stop is whole. */
async function resume(site: FaultSite, disk: SmallDisk): Promise<string[]> {
  await nothingOnItsWay(site, RESUME_DEADLINE_MS)
  cutOff(site)
  const before = bytesOf(outboxOf(site, HOST))
  await disk.free()
  const violations: string[] = []
  await until(
    'the agent writes to its disk again',
    () => bytesOf(outboxOf(site, HOST)) > before,
    RESUME_DEADLINE_MS,
  ).catch((error: Error) => violations.push(error.message))
  return violations
}

/** After an orderly stop no segment is torn. */
async function checkSegments(site: FaultSite): Promise<string[]> {
  const { segments } = await verifyJournal(outboxOf(site, HOST))
  return segments
    .filter(({ state, tornBytes }) => state !== 'ok' || tornBytes > 0)
    .map(({ file, state, tornBytes }) => `${file} is ${state}, ${tornBytes} bytes torn`)
}
