import { createHash } from 'node:crypto'
import { logwatch } from '../../measurements/logwatch.ts'
import { maskSecrets } from '../../mask-secrets.ts'
import { defineProbe, remembers, type ProbeRun } from '../../probe.ts'
import { addRecent, takeRecent } from '../../sources/log/recent-counts.ts'
import { redfish } from '../../sources/redfish.ts'
import {
  entriesOf,
  findNewEntries,
  isKnownPage,
  logNameOf,
  MAX_ENTRIES,
  toLogEntry,
  type DeviceLogEntry,
} from '../../sources/redfish/device-logs.ts'
import { linkIn, pathOf, type Resource } from '../../sources/redfish/resource.ts'
import type { RedfishReading } from '../../sources/redfish/redfish-reading.ts'
import type { RedfishSession } from '../../sources/redfish/redfish-session.ts'

/** Severities that are counted, and what one of them means for an alarm. */
const RULES = { critical: 3, warning: 2, unknown: 1 } as const
/** Of one run; the rest is counted. */
const MOST_EVENTS = 100

type Counts = Map<string, number>

/**
 * What the device writes into its own logs: an event `log` for each entry since the last run, and counters by severity. Source: LogServices of managers
 * and systems. Needs: role ReadOnly. What stood there when the agent came is not told.
 */
export default defineProbe({
  name: 'redfish.log',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 300,
  deadlineMs: 200_000,
  cost: 'moderate',
  reads: 'GET {Managers, Systems}/*/LogServices/*/Entries',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: { zh: '设备自身日志（SEL、事件日志）', en: 'The device’s own logs (SEL, event log)' },
  measurements: { logwatch },
  remembers: remembers<Counts>(),
  async sample(run) {
    const { session, emit, memory: counts = new Map<string, number>(), timeMs } = run
    const reading = session.read(run.signal)
    const root = await reading.root()
    const files = new Set<string>()
    let left = MOST_EVENTS
    for (const collection of ['Managers', 'Systems'])
      for (const holder of await reading.members(linkIn(root, collection), { isStable: true }))
        for (const service of await reading.members(linkIn(holder, 'LogServices'))) {
          const file = logNameOf(holder, service)
          if (files.has(file)) continue // a log that hangs below both
          files.add(file)
          left -= await tellNew({ run, reading, counts, left, file, service })
        }
    const recent = takeRecent(counts, timeMs)
    for (const file of files)
      for (const [rule, alarm] of Object.entries(RULES)) {
        const matches = recent.get(`${file} ${rule}`) ?? 0
        const total = counts.get(`${file} ${rule}`) ?? 0
        const fields = {
          matches_total: total,
          matches_10m: matches,
          alarm: matches > 0 ? alarm : 0,
        }
        emit('logwatch', { file, rule }, fields)
      }
    reading.finish()
    return counts
  },
})

interface Telling {
  readonly run: Pick<ProbeRun<RedfishSession, never, Counts>, 'session' | 'emitEvent' | 'timeMs'>
  readonly reading: RedfishReading
  readonly counts: Counts
  /** Events that this run may still give. */
  readonly left: number
  readonly file: string
  readonly service: Resource
}

/** Returns how many events it gave. */
async function tellNew({ run, reading, counts, left, file, service }: Telling): Promise<number> {
  const path = pathOf(service) ?? file
  const seen = await run.session.seenEntries(path)
  const { problems } = reading
  const resources = await reading.members(entriesOf(service), {
    maxMembers: MAX_ENTRIES,
    isEnough: (page) => isKnownPage(page, seen),
  })
  if (reading.problems > problems) return 0 // half a log would make what is known look new
  const entries = resources.map(toLogEntry).filter((entry) => entry !== undefined)
  const { fresh, keys } = findNewEntries(entries, seen)
  for (const { severity } of fresh) {
    const name = `${file} ${severity}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
    addRecent(counts, name, run.timeMs)
  }
  const told = fresh.slice(0, Math.max(0, left))
  for (const entry of told) run.emitEvent('log', keyOf(path, entry), toBody(file, entry))
  await run.session.keepSeenEntries(path, keys)
  return told.length
}

/** A key may have 1,024 bytes: the digest of one that is longer names it as well. */
function keyOf(path: string, { key }: DeviceLogEntry): string {
  const whole = `${path} ${key}`
  return whole.length <= 300 ? whole : createHash('sha256').update(whole).digest('base64')
}

function toBody(file: string, { id, created, severity, message, messageId }: DeviceLogEntry) {
  return {
    file,
    rules: [severity],
    text: maskSecrets(message),
    id,
    ...(created === undefined ? {} : { created }),
    ...(messageId === undefined ? {} : { messageId }),
  }
}
