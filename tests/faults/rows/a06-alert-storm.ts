import { startDingTalk, type RobotStandIn } from '@wardround/collector/testing'
import { AlertSite } from '../../support/alert-site.ts'
import type { LevelAgent } from '../../support/level-agent.ts'
import { pass, until } from '../../support/until.ts'
import type { WebhookBody } from '../../support/webhook-receiver.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const FULL_LEVEL = 97
const BATCH_MS = 100
const DEADLINE_MS = 300_000

interface Storm {
  readonly hosts: number
  readonly alertsOfHost: number
  readonly overMs: number
  /** What the webhook's route gathers after its first notice. */
  readonly groupWait: string
  /** In which the list of alerts must be complete after the last sample was sent. */
  readonly completeMs: number
}

const FULL: Storm = {
  hosts: 10,
  alertsOfHost: 500,
  overMs: 60_000,
  groupWait: '30s',
  completeMs: 10_000,
}
/** Beside other tests, on a machine that may be busy. */
const SHORT: Storm = {
  hosts: 4,
  alertsOfHost: 150,
  overMs: 3_000,
  groupWait: '6s',
  completeMs: 60_000,
}

const RULES = `rules:
  - id: storm
    name: { zh: 满, en: Full }
    value: disk.used_percent
    critical: { atLeast: 90, for: 0s, clear: { below: 80, for: 1s } }
    summary: { zh: '{{path}}', en: '{{path}}' }
`

/** Thousands of alerts within a minute, told at once to a robot that takes 20 messages a minute, and gathered to a webhook. */
export const row: FaultRow = {
  id: 'A6',
  title: '5,000 alerts in 60 s, a DingTalk robot with its 20 messages a minute',
  shortTrials: 1,
  fullTrials: 3,
  async run({ trials, log }) {
    const storm = trials > 1 ? FULL : SHORT
    const violations: string[] = []
    const measured = { messages: 0, notices: 0, 'complete ms': 0 }
    for (let trial = 1; trial <= trials; trial++) {
      const found = await runTrial(storm)
      violations.push(...found.violations.map((text) => `trial ${trial}: ${text}`))
      measured.messages = Math.max(measured.messages, found.messages)
      measured.notices = Math.max(measured.notices, found.notices)
      measured['complete ms'] = Math.max(measured['complete ms'], found.completeMs)
      log(`trial ${trial}: ${found.messages} messages, ${found.violations.length} wrong`)
    }
    return resultOf(trials, violations, measured)
  },
}

async function runTrial(storm: Storm) {
  const count = storm.hosts * storm.alertsOfHost
  await using robot = await startDingTalk()
  await using site = await openSite(robot, storm.groupWait)
  await raise(site, storm)
  const completeMs = await untilListed(site, count)
  const { deliveries } = site.receiver
  const isTold = () => countTold(robot.texts) >= count && countNotified(deliveries) >= count
  await until('all is told', isTold, DEADLINE_MS).catch(() => undefined) // said below
  await pass(2_000)
  return {
    violations: [
      ...(completeMs > storm.completeMs ? [`the list was complete after ${completeMs} ms`] : []),
      ...wrongMessages(robot, count),
      ...wrongNotices(deliveries, count),
    ],
    messages: robot.texts.length,
    notices: deliveries.length,
    completeMs,
  }
}

/** Two routes: the robot is told of each alert by itself, the webhook as people would have it. */
async function openSite({ url }: RobotStandIn, groupWait: string): Promise<AlertSite> {
  const site = await AlertSite.open({ forSeconds: 0, clearSeconds: 1 }, { rules: RULES })
  const webhook = { name: 'plain', type: 'webhook', url: site.receiver.url }
  const routes = [
    { channels: ['robot'], groupWait: '0s', groupInterval: '0s', continue: true },
    { channels: ['plain'], groupWait },
  ]
  const notify = {
    channels: [{ name: 'robot', type: 'dingtalk', url }, webhook],
    route: { routes },
    digestAfter: '0s',
  }
  await site.reload({ notify })
  return site
}

async function raise(site: AlertSite, { hosts, alertsOfHost, overMs }: Storm): Promise<void> {
  const agents: LevelAgent[] = []
  for (let at = 1; at <= hosts; at++) agents.push(await site.addHost(`sw${at}`, undefined))
  const startedAtMs = performance.now()
  for (let told = 0; told < alertsOfHost;) {
    await pass(BATCH_MS)
    const sinceMs = performance.now() - startedAtMs
    const due = Math.min(alertsOfHost, Math.ceil((sinceMs / overMs) * alertsOfHost))
    for (; told < due; told++)
      for (const [at, agent] of agents.entries())
        agent.report({ [pathOf(at * alertsOfHost + told)]: FULL_LEVEL })
  }
}

function pathOf(at: number): string {
  return `a${String(at).padStart(4, '0')}`
}

/** How long it took. */
async function untilListed(site: AlertSite, count: number): Promise<number> {
  const startedAt = performance.now()
  const isListed = async () => {
    const { alerts } = await site.collector.get<{ alerts: unknown[] }>('/api/v1/alerts')
    return alerts.length >= count
  }
  await until('all alerts are listed', isListed, DEADLINE_MS, 200)
  return Math.round(performance.now() - startedAt)
}

/** The robot never had to refuse; what its texts name and what they only count is everything. */
function wrongMessages({ codes, texts }: RobotStandIn, count: number): string[] {
  const refused = codes.filter((code) => code !== 0)
  const named = texts.flatMap(namesIn)
  const told = countTold(texts)
  return [
    ...(refused.length > 0 ? [`the robot answered ${refused.join(', ')}`] : []),
    ...(new Set(named).size === named.length ? [] : ['an alert is named twice']),
    ...(told === count ? [] : [`messages tell of ${told} alerts, not ${count}`]),
  ]
}

function namesIn(text: string): string[] {
  return [...new Set(text.match(/\ba\d{4}\b/g))]
}

function countTold(texts: readonly string[]): number {
  return texts.reduce((sum, text) => {
    const more = Number(/and (\d+) more/.exec(text)?.[1] ?? 0)
    return sum + namesIn(text).length + more
  }, 0)
}

interface Told {
  readonly body: WebhookBody
}

/** The first goes out at once, all that follows is one notice. */
function wrongNotices(deliveries: readonly Told[], count: number): string[] {
  const told = countNotified(deliveries)
  return [
    ...(deliveries.length <= 2 ? [] : [`${deliveries.length} notices to the webhook`]),
    ...(told === count ? [] : [`notices tell of ${told} alerts, not ${count}`]),
  ]
}

function countNotified(deliveries: readonly Told[]): number {
  return deliveries.reduce((sum, { body }) => sum + body.alerts.length + body.truncatedAlerts, 0)
}
