import { AlertSite, CALM, HIGH } from '../../support/alert-site.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const FOR_MS = 6_000
/** A pending alert has waited for so long when the rules change. */
const PENDING_MS = 2_500
/** Of what a timer that began anew would take: a busy machine may be late by the rest. */
const ANEW_MS = FOR_MS - 1_000
/** Only the rule that waits looks at it. */
const HIGHEST = 99
const DEADLINE_MS = 180_000
const AFTER_MS = 1_500

interface Edition {
  readonly trial: number
  /** Before the change, or after it. */
  readonly isChanged: boolean
}

/** Rules change while their alerts fire: one stays, one gets another threshold, one another name, one is deleted, one gets another id. */
export const row: FaultRow = {
  id: 'A10',
  title: 'rules are reloaded while they fire: unchanged, changed, deleted, renamed',
  shortTrials: 1,
  fullTrials: 50,
  async run({ trials, log }) {
    const violations: string[] = []
    const rules = formatRules({ trial: 1, isChanged: false })
    await using site = await AlertSite.open({ forSeconds: 0, clearSeconds: 1 }, { rules })
    await site.addHost('firing', { '/': HIGH })
    await site.addHost('pending', { '/': CALM })
    for (let trial = 1; trial <= trials; trial++) {
      const found = await runTrial(site, trial)
      violations.push(...found.map((text) => `trial ${trial}: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    }
    await pass(AFTER_MS)
    return resultOf(trials, [...violations, ...wrongNotices(site, trials)])
  },
}

async function runTrial(site: AlertSite, trial: number): Promise<string[]> {
  if (trial > 1) await site.reload({ rules: formatRules({ trial, isChanged: false }) })
  for (const rule of ['kept', 'limit', 'title', `gone_${trial}`, `old_${trial}`])
    await untilTold(site, `${rule} firing`)
  const before = await standing(site)
  const waitedBefore = waits(site).length

  // A path of its own for each: what began and ended again and again would be told as flapping.
  const path = `/u${trial}`
  site.setLevels('pending', { [path]: HIGHEST })
  const pendingFromMs = Date.now()
  await pass(PENDING_MS)
  const reloadedAtMs = Date.now()
  await site.reload({ rules: formatRules({ trial, isChanged: true }) })
  for (const told of [`gone_${trial} resolved`, `old_${trial} resolved`, `new_${trial} firing`])
    await untilTold(site, told)
  await until('the pending one fires', () => waits(site).length > waitedBefore, DEADLINE_MS)
  const firedAtMs = waits(site).at(-1)?.changedAtMs ?? Infinity
  const after = await standing(site)
  site.setLevels('pending', { [path]: CALM })
  await until('and ends', () => waits(site).length > waitedBefore + 1, DEADLINE_MS)

  return [
    ...(before === after ? [] : [`what stayed was ${before} and is ${after}`]),
    ...(firedAtMs < pendingFromMs + FOR_MS - 500 ? ['what was pending fired early'] : []),
    ...(firedAtMs > reloadedAtMs + ANEW_MS ? ['the timer of what was pending began anew'] : []),
  ]
}

/** Fingerprint and beginning of what a reload must not touch. */
async function standing(site: AlertSite): Promise<string> {
  const { alerts } = await site.collector.get<{
    alerts: { rule: string; host: string; fingerprint: string; startsAt: string; state: string }[]
  }>('/api/v1/alerts')
  return alerts
    .filter(({ host, rule }) => host === 'firing' && ['kept', 'limit', 'title'].includes(rule))
    .map(({ rule, fingerprint, startsAt, state }) => `${rule} ${fingerprint} ${startsAt} ${state}`)
    .toSorted()
    .join('; ')
}

async function untilTold(site: AlertSite, told: string): Promise<void> {
  const isTold = () => toldOf(site).includes(told)
  await until(told, isTold, DEADLINE_MS, 50)
}

function toldOf(site: AlertSite): string[] {
  return site.noticesOf('firing').map(({ rule, status }) => `${rule} ${status}`)
}

/** Notices of the rule that waits, about the host that only it looks at. */
function waits(site: AlertSite) {
  return site.noticesOf('pending').filter(({ rule }) => rule === 'waits')
}

/** Nobody is told again of what stayed; what is gone has ended, with the reason. */
function wrongNotices(site: AlertSite, trials: number): string[] {
  const expected = new Map([
    ['kept', 'firing'],
    ['limit', 'firing'],
    ['title', 'firing'],
  ])
  for (let trial = 1; trial <= trials; trial++) {
    expected.set(`gone_${trial}`, 'firing,resolved')
    expected.set(`old_${trial}`, 'firing,resolved')
    expected.set(`new_${trial}`, trial === trials ? 'firing' : 'firing,resolved')
  }
  const byRule = Map.groupBy(site.noticesOf('firing'), ({ rule }) => rule)
  const wrong = [...expected].flatMap(([rule, told]) => {
    const found = (byRule.get(rule) ?? []).map(({ status }) => status).join()
    return found === told ? [] : [`${rule}: told ${found}, not ${told}`]
  })
  const without = site.receiver.deliveries
    .flatMap(({ body }) => body.alerts)
    .filter(({ labels, status }) => labels['host'] === 'firing' && status === 'resolved')
    .filter(({ annotations }) => annotations['ended_because'] === undefined)
    .map(({ labels }) => `${labels['alertname']}: ended without a reason`)
  const unknown = [...byRule.keys()].filter((rule) => !expected.has(rule))
  return [...wrong, ...without, ...unknown.map((rule) => `${rule}: told`)]
}

function formatRules({ trial, isChanged }: Edition): string {
  const limit = (trial + (isChanged ? 1 : 0)) % 2 === 0 ? 92 : 90
  const ids = isChanged ? [`new_${trial}`] : [`old_${trial}`, `gone_${trial}`]
  return [
    'rules:\n',
    formatRule('kept'),
    formatRule('limit', { atLeast: limit }),
    formatRule('title', { name: `Full ${trial} ${isChanged}` }),
    formatRule('waits', { atLeast: 98, forMs: FOR_MS }),
    ...ids.map((id) => formatRule(id)),
  ].join('')
}

function formatRule(id: string, { name = 'Full', atLeast = 90, forMs = 0 } = {}): string {
  return `  - id: ${id}
    name: { zh: 满, en: ${name} }
    value: disk.used_percent
    critical: { atLeast: ${atLeast}, for: ${forMs}ms, clear: { below: 80, for: 500ms } }
    summary: { zh: 满, en: full }
`
}
