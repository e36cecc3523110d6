import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FaultSite } from '../../support/fault-site.ts'
import {
  failSyscalls,
  type SyscallFault,
  whyNoSyscallFaults,
} from '../../support/syscall-faults.ts'
import { pass, until } from '../../support/until.ts'
import type { FaultRow } from '../fault-row.ts'
import { QUICK_AGENT, QUICK_COLLECTOR } from '../quick-settings.ts'
import { allConnected, cutOff, reconnect } from '../site-moments.ts'
import { type AgentsKilled, youngerThanSpill } from '../spill-exception.ts'
import { toResult } from '../to-result.ts'

/** What the system answers, and to which calls. Opening matters where a new segment is wanted: a sync that fails makes it so. */
const FAULTS: Readonly<Record<string, readonly SyscallFault[]>> = {
  'EIO on fsync': [{ calls: ['fdatasync'], error: 'EIO' }],
  'EIO on write': [{ calls: ['pwrite64'], error: 'EIO' }],
  EROFS: [{ calls: ['pwrite64', 'fdatasync'], error: 'EROFS' }],
  EACCES: [
    { calls: ['openat'], error: 'EACCES' },
    { calls: ['fdatasync'], error: 'EIO' },
  ],
  EMFILE: [
    { calls: ['openat'], error: 'EMFILE' },
    { calls: ['fdatasync'], error: 'EIO' },
  ],
}
const KINDS = Object.keys(FAULTS)
const SAID_DEADLINE_MS = 180_000
const BACK_DEADLINE_MS = 180_000

/**
 * A disk that fails, at both ends. First one sync of the newest segment alone: its batches must go to a new segment and nothing of the failed one be believed, which a kill -9 right
 * after it shows. Then every call of a kind, for seconds: it is said, nothing is acknowledged meanwhile, and all arrives afterwards.
 */
export const row: FaultRow = {
  id: 'R9',
  title: 'EIO on write and on fsync, EROFS, EACCES, EMFILE, at agent and collector',
  shortTrials: 1,
  fullTrials: 20,
  async run({ trials, log, skip }) {
    const why = await whyNoSyscallFaults()
    if (why !== undefined) return skip(why)
    const violations: string[] = []
    const kills: AgentsKilled[] = []
    await using site = await FaultSite.open({
      agents: 4,
      series: 1000,
      agent: QUICK_AGENT,
      collector: { ...QUICK_COLLECTOR, journal: { segmentBytes: '256KiB' } },
    })
    await site.startFleet()
    for (let trial = 0; trial < trials; trial++) {
      const kind = KINDS[trial % KINDS.length] ?? ''
      const say = (what: string) => log(`trial ${trial + 1}, ${kind}: ${what}`)
      await until('all agents are connected', () => allConnected(site), BACK_DEADLINE_MS)
      await oneFailedSync(site)
      say('one segment of the collector failed')
      violations.push(...(await collectorFails(site, kind)))
      say('the collector could not write')
      violations.push(...(await agentsFail(site, kind, kills)))
      say('the agents could not write')
    }
    const comparison = await site.conclude(300_000, youngerThanSpill(kills))
    return toResult(trials, comparison, violations, { 'drain ms': comparison.drainMs })
  },
}

/** The newest segment's syncs fail; then, whatever was believed of it, the process dies and starts on what is on the disk. */
async function oneFailedSync(site: FaultSite): Promise<void> {
  const directory = join(site.directory, 'collector', 'journal')
  // a journal makes its directory and its first segment with its first record
  const hasSegment = () =>
    existsSync(directory) && readdirSync(directory).some((name) => name.endsWith('.seg'))
  await until('the collector has a segment', hasSegment, BACK_DEADLINE_MS)
  const segments = readdirSync(directory, { recursive: true }).map((name) =>
    join(directory, String(name)),
  )
  {
    await using _fault = await failSyscalls(
      site.collector.pid,
      FAULTS['EIO on fsync'] ?? [],
      segments,
    )
    await pass(1500)
  }
  await site.collector.kill()
  await site.restartCollector()
  await until('all agents are back', () => allConnected(site), BACK_DEADLINE_MS)
}

/** Every such call of the collector fails for a while: it says so, lives, and begins again by itself. */
async function collectorFails(site: FaultSite, kind: string): Promise<string[]> {
  const violations: string[] = []
  const { collector } = site
  {
    await using _fault = await failSyscalls(collector.pid, FAULTS[kind] ?? [])
    const says = async () => (await collector.unreadyReasons()).length > 0
    await until('the collector says so', says, SAID_DEADLINE_MS).catch((error: Error) =>
      violations.push(`${kind}: ${error.message}`),
    )
    await pass(1000)
  }
  if (!collector.isRunning) return [...violations, `${kind}: the collector has ended`]
  const ready = async () => (await collector.unreadyReasons()).length === 0
  await until('the collector can store again', ready, BACK_DEADLINE_MS)
  return violations
}

/** The same at the agents, while they have nobody to send to: batches wait in memory, and go to the disk or the collector afterwards. */
async function agentsFail(site: FaultSite, kind: string, kills: AgentsKilled[]): Promise<string[]> {
  const violations: string[] = []
  const { fleet } = site
  await until('all agents are connected', () => allConnected(site), BACK_DEADLINE_MS)
  {
    await using _fault = await failSyscalls(fleet.pid, FAULTS[kind] ?? [])
    cutOff(site)
    const says = async () =>
      Object.values((await fleet.status()).agents).every(
        ({ outboxFailure }) => outboxFailure !== undefined,
      )
    await until('all agents say so', says, SAID_DEADLINE_MS).catch((error: Error) =>
      violations.push(`${kind}: ${error.message}`),
    )
  }
  if (!fleet.isRunning) return [...violations, `${kind}: the agents have ended`]
  const writesAgain = async () =>
    Object.values((await fleet.status()).agents).every(
      ({ outboxFailure }) => outboxFailure === undefined,
    )
  await until('the agents write to their disks again', writesAgain, BACK_DEADLINE_MS)
  // What they had in memory is on the disk by now: another process must find it there.
  await pass(2500)
  const atMs = Date.now()
  await fleet.kill()
  const { startMs } = await site.startFleet()
  kills.push({ atMs, startMs })
  reconnect(site)
  return violations
}
