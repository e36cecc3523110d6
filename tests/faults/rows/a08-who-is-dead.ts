import { AlertSite, AT_ONCE } from '../../support/alert-site.ts'
import { PingedSite, type PingedTimes } from '../../support/pinged-site.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

const MINUTE_MS = 60_000
const AWAY_MS = 30 * MINUTE_MS
/** From outside, a dead collector is noticed within this time: the matrix's number. */
const NOTICED_MS = 3 * MINUTE_MS
const TRIALS_AT_ONCE = 3
const WELL = ['db3', 'db4', 'db5', 'db6', 'db7', 'db8']
const HOSTS = ['db1', 'db2', ...WELL]

interface Form extends PingedTimes {
  /** In which something would be told that nobody should be told. */
  readonly watchMs: number
  /** How long after the collector's start the agents come back. */
  readonly comebackMs: number
  readonly heartbeatEvery: string
  readonly deadlineMs: number
}

/** The rules that come with Wardround, with their own times. */
const FULL: Form = {
  rules: undefined,
  pingEvery: '15s',
  checkEvery: '30s',
  lostAfter: '1m',
  watchMs: 4 * MINUTE_MS,
  comebackMs: 20_000,
  heartbeatEvery: '60s',
  deadlineMs: 8 * MINUTE_MS,
}

/** Many times what lies between two signs of life, on a machine that others keep busy; and twice what it takes to find that the network is lost. */
const SILENT_MS = 8_000

const SHORT: Form = {
  rules: `rules:
  - id: agent_offline
    name: { zh: 采集代理失联, en: Agent is silent }
    noData: agent
    warning: { for: ${SILENT_MS}ms, ping: [answers], clear: { heartbeats: 2 } }
    critical: { for: ${SILENT_MS}ms, ping: [lost, unknown], clear: { heartbeats: 2 } }
    summary: { zh: '{{host}}', en: '{{host}}' }
    whenPing:
      lost: { name: { zh: 主机宕机, en: Host is down }, summary: { zh: '{{host}}', en: '{{host}}' } }
  - id: incidents_frozen
    name: { zh: 监控中心自身网络中断, en: "Collector's own network is lost" }
    noData: network
    critical: { for: 4s, clear: { heartbeats: 2 } }
    summary: { zh: '{{value}}', en: '{{value}}' }
  - id: collector_silent
    name: { zh: 监控中心失联, en: Collector is silent }
    noData: collector
    critical: { for: 10s, clear: { heartbeats: 2 } }
    summary: { zh: '{{host}}', en: '{{host}}' }
`,
  pingEvery: '2s',
  checkEvery: '1s',
  lostAfter: '2s',
  watchMs: 2_000,
  comebackMs: 2_000,
  heartbeatEvery: '1s',
  deadlineMs: 90_000,
}

/** An agent, a host, the collector's network, the collector itself: each is dead once, and each is told as what it is. */
export const row: FaultRow = {
  id: 'A8',
  title: "an agent, a host, the collector's network or the collector is dead; away for 30 min",
  shortTrials: 1,
  fullTrials: 3,
  async run({ trials, log }) {
    const form = trials > 1 ? FULL : SHORT
    let longestMs = 0
    const found = await sideBySide(trials, TRIALS_AT_ONCE, async (trial) => {
      const [inside, outside] = await Promise.all([runInside(form), runOutside(form)])
      longestMs = Math.max(longestMs, outside.noticedMs)
      const violations = [...inside, ...outside.violations]
      log(`trial ${trial}: ${violations.length} wrong, noticed after ${outside.noticedMs} ms`)
      return violations.map((text) => `trial ${trial}: ${text}`)
    })
    return resultOf(trials, found.flat(), { 'dead collector noticed after ms': longestMs })
  },
}

async function runInside(form: Form): Promise<string[]> {
  await using site = await PingedSite.open(form, HOSTS)
  site.killAgent('db1')
  site.killHost('db2')
  await untilTold(site, 2, form)
  site.cutNetwork()
  await untilTold(site, 3, form)
  await untilSilent(site, HOSTS, form)
  await pass(form.watchMs)
  site.mendNetwork(WELL)
  await untilTold(site, 4, form)
  await untilSilent(site, ['db1', 'db2'], form)
  await pass(form.watchMs)
  const afterCut = await wrongAlerts(site, 'after the cut')
  await site.restartAfter(AWAY_MS)
  await pass(form.comebackMs)
  site.mendNetwork(WELL)
  await site.untilConnected(WELL)
  await pass(form.watchMs)
  const afterRestart = await wrongAlerts(site, 'after the restart')
  return [...wrongNotices(site), ...afterCut, ...afterRestart]
}

async function untilTold(site: PingedSite, count: number, { deadlineMs }: Form): Promise<void> {
  const isTold = () => site.told.length >= count
  await until(`${count} notices`, isTold, deadlineMs, 50).catch(() => undefined) // said at the end
}

/** So many hosts have an alert for it, told or not. */
async function untilSilent(
  site: PingedSite,
  hosts: readonly string[],
  { deadlineMs }: Form,
): Promise<void> {
  const areSilent = async () => {
    // A collector that had no time to answer is asked again.
    const alerts = await site.alerts().catch(() => [])
    const silent = alerts.filter((alert) => alert.startsWith('agent_offline '))
    return silent.join() === hosts.map((host) => `agent_offline ${host}`).join()
  }
  await until(`${hosts.length} hosts are silent`, areSilent, deadlineMs)
}

/** Neither more nor less, and each under a name of its own. */
function wrongNotices({ told }: PingedSite): string[] {
  const expected = [
    'Agent is silent firing db1',
    'Host is down firing db2',
    "Collector's own network is lost firing collector",
    "Collector's own network is lost resolved collector",
  ]
  // Which of the two hosts is told of first is chance.
  const found = [...told.slice(0, 2).toSorted(), ...told.slice(2)]
  return found.join('; ') === expected.join('; ') ? [] : [`told ${found.join('; ')}`]
}

async function wrongAlerts(site: PingedSite, when: string): Promise<string[]> {
  const alerts = (await site.alerts()).join()
  return alerts === 'agent_offline db1,agent_offline db2' ? [] : [`${when} there are: ${alerts}`]
}

/** A collector that is watched is killed with -9; another one, elsewhere, tells people of it. */
async function runOutside({ rules, heartbeatEvery, deadlineMs }: Form) {
  const times = { forSeconds: 0, clearSeconds: 1 }
  const own = rules === undefined ? { rules: 'rules: []\n', pack: 'full' as const } : { rules }
  await using outside = await AlertSite.open(times, own)
  await using north = await AlertSite.open(times, own)
  const url = `${outside.collector.url}/api/v1/heartbeat/north`
  const heartbeats = [{ name: 'outside', url, every: heartbeatEvery }]
  await north.reload({ notify: { heartbeats } })
  const channels = [{ name: 'test', type: 'webhook', url: outside.receiver.url }]
  // Who is expected and takes longer to start than it may be silent would be told of, and rightly.
  await outside.reload({ notify: { channels, ...AT_ONCE, heartbeatsFrom: ['north'] } })
  const expectedFromMs = Date.now()
  const hasCome = async () =>
    (await north.collector.metric('wardround_collector_heartbeat_sent_timestamp_seconds')) * 1000 >
    expectedFromMs
  await until('a heartbeat has come', hasCome, deadlineMs)
  const early = outside.receiver.deliveries.length
  await north.collector.kill()
  const killedAtMs = performance.now()
  await outside.untilNotices('north', 1, deadlineMs).catch(() => undefined) // said below
  const noticedMs = Math.round(performance.now() - killedAtMs)
  const told = outside.receiver.deliveries.flatMap(({ body }) =>
    body.alerts.map(({ annotations, status }) => `${annotations['name']} ${status}`),
  )
  return {
    noticedMs,
    violations: [
      ...(early > 0 ? ['the watched collector was told of while it lived'] : []),
      ...(told.join() === 'Collector is silent firing' ? [] : [`from outside: ${told.join()}`]),
      ...(noticedMs <= NOTICED_MS ? [] : [`noticed after ${noticedMs} ms`]),
    ],
  }
}
