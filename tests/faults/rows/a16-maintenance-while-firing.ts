import { AlertSite, AT_ONCE, CALM, HIGH } from '../../support/alert-site.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

const SECOND_MS = 1_000
/** From its being written down to its beginning. */
const LEAD_MS = 6_000
const SHORT_WINDOW_MS = 10_000
const FULL_WINDOW_MS = 60_000
/** In which samples must go on coming: many times what lies between two reports. */
const GAP_MS = 5_000
const DEADLINE_MS = 180_000
const AFTER_MS = 3_000
const TRIALS_AT_ONCE = 5
const MOST_SLOWNESS = 16
const HOSTS = ['before', 'during', 'passing', 'ending', 'calm']

/** Work is done while something fires, something begins to fire and something ends. Every other trial kills the collector meanwhile. */
export const row: FaultRow = {
  id: 'A16',
  title: 'a maintenance window begins and ends while alerts fire',
  shortTrials: 1,
  fullTrials: 10,
  async run({ trials, log }) {
    const violations: string[] = []
    const windowMs = trials > 1 ? FULL_WINDOW_MS : SHORT_WINDOW_MS
    await sideBySide(trials, TRIALS_AT_ONCE, async (trial) => {
      const found = await runInTime(windowMs, trial % 2 === 0)
      violations.push(...found.map((text) => `trial ${trial}: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    })
    return resultOf(trials, violations)
  },
}

/** Where the machine is too slow for a window, in a longer one. */
async function runInTime(windowMs: number, isKill: boolean): Promise<string[]> {
  for (let slowness = 1; slowness <= MOST_SLOWNESS; slowness *= 2) {
    await using site = await AlertSite.open({ forSeconds: 0, clearSeconds: 1 })
    const found = await runTrial(site, LEAD_MS * slowness, windowMs * slowness, isKill)
    if (found !== undefined) return found
  }
  return ['the machine was too slow for any window: nothing was tried']
}

/** What is wrong; undefined where the window began or ended before its time had come in this row. */
async function runTrial(
  site: AlertSite,
  leadMs: number,
  windowMs: number,
  isKill: boolean,
): Promise<string[] | undefined> {
  const isFull = (host: string) => host === 'before' || host === 'ending'
  for (const host of HOSTS) await site.addHost(host, { '/': isFull(host) ? HIGH : CALM })
  for (const host of HOSTS.filter(isFull)) await site.untilNotices(host, 1, DEADLINE_MS)
  const fromMs = Math.ceil((Date.now() + leadMs) / SECOND_MS) * SECOND_MS
  const toMs = fromMs + windowMs
  await site.reload({ notify: withWindow(site, fromMs, toMs) })
  if (Date.now() > fromMs) return undefined
  // The dispatcher looks at its windows once a second.
  await pass(fromMs + 2 * SECOND_MS - Date.now())
  for (const host of ['during', 'passing']) site.setLevels(host, { '/': HIGH })
  await untilFiring(site, ['before', 'during', 'ending', 'passing'])
  for (const host of ['passing', 'ending']) site.setLevels(host, { '/': CALM })
  await untilFiring(site, ['before', 'during'])
  if (isKill) {
    await site.collector.kill()
    await site.start()
  }
  if (Date.now() > toMs - 2 * SECOND_MS) return undefined
  const toldMeanwhile = ['before', 'during', 'passing'].map((host) => toldOf(site, host, toMs))
  await pass(toMs - Date.now())
  const backMs = Date.now()
  for (const [host, count] of [
    ['before', 2],
    ['during', 1],
    ['ending', 2],
  ] as const)
    await site.untilNotices(host, count, DEADLINE_MS).catch(() => undefined) // said below
  await pass(AFTER_MS)
  for (const host of ['before', 'during']) site.setLevels(host, { '/': CALM })
  await site.untilNotices('before', 3, DEADLINE_MS).catch(() => undefined) // said below
  await site.untilNotices('during', 2, DEADLINE_MS).catch(() => undefined) // said below
  await pass(AFTER_MS)
  return [
    ...(toldMeanwhile.join('|') === 'firing||' ? [] : [`told within: ${toldMeanwhile.join('|')}`]),
    ...wrongNotices(site),
    ...(isKill ? [] : await findGaps(site, fromMs, backMs)),
  ]
}

function withWindow({ receiver }: AlertSite, fromMs: number, toMs: number) {
  const time = (ms: number) => new Date(ms).toISOString().replace('.000', '')
  const window = { name: 'work', where: { alertname: '~.*' }, from: time(fromMs), to: time(toMs) }
  const channels = [{ name: 'test', type: 'webhook', url: receiver.url }]
  return { channels, ...AT_ONCE, maintenance: [window] }
}

async function untilFiring(site: AlertSite, expected: readonly string[]): Promise<void> {
  const areFiring = async () => {
    const { alerts } = await site.collector.get<{ alerts: { host: string; state: string }[] }>(
      '/api/v1/alerts',
    )
    const hosts = alerts.filter(({ state }) => state === 'firing').map(({ host }) => host)
    return hosts.toSorted().join() === expected.join()
  }
  await until(`${expected.join(', ')} fire`, areFiring, DEADLINE_MS)
}

function toldOf(site: AlertSite, host: string, untilMs = Infinity): string {
  const notices = site.noticesOf(host).filter(({ atMs }) => atMs < untilMs)
  return notices.map(({ status }) => status).join()
}

/** What still fires when the work is over is told once more, or for the first time; what came and went meanwhile is not told. */
function wrongNotices(site: AlertSite): string[] {
  const expected = {
    before: 'firing,firing,resolved',
    during: 'firing,resolved',
    passing: '',
    ending: 'firing,resolved',
    calm: '',
  }
  return Object.entries(expected).flatMap(([host, notices]) => {
    const told = toldOf(site, host)
    return told === notices ? [] : [`${host}: told ${told || 'nothing'}, not ${notices}`]
  })
}

/** Nothing was left out of the data while nobody was told. */
async function findGaps(site: AlertSite, fromMs: number, toMs: number): Promise<string[]> {
  const question = new URLSearchParams({
    measurement: 'disk',
    field: 'used_percent',
    where: 'host=during',
    aggregate: 'raw',
    from: String(fromMs),
    to: String(toMs),
  })
  const { series } = await site.collector.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/query?${question.toString()}`,
  )
  const times = [fromMs, ...(series[0]?.points ?? []).map(([timeMs]) => timeMs), toMs]
  const longestMs = Math.max(...times.slice(1).map((timeMs, at) => timeMs - (times[at] ?? 0)))
  return longestMs <= GAP_MS ? [] : [`nothing was recorded for ${longestMs} ms`]
}
