import {
  AlertSite,
  CALM,
  FULL_RULE,
  HIGH,
  MISSING_RULE,
  SILENT_RULE,
} from '../../support/alert-site.ts'
import { pass } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

const NOTICE_DEADLINE_MS = 180_000
/** Long enough that a host whose report is late on a busy machine is not taken for silent. */
const SILENCE_SECONDS = 6
/** In which a resolve would come that nobody may send: many times what `clear` takes. */
const SHORT_WATCH_MS = 3_000
const FULL_WATCH_MS = 60_000
/** As short as such a rule may be: three intervals. The full form waits for it. */
const MISSING_SECONDS = 180
const MISSING_DEADLINE_MS = 600_000
const TRIALS_AT_ONCE = 5

/** Something that fires is no longer reported: a disk was pulled (its series ends, its host goes on), a host was removed (its agent is gone). */
export const row: FaultRow = {
  id: 'A13',
  title: 'a series disappears while its alert fires: disk pulled, host gone, over a restart',
  shortTrials: 1,
  fullTrials: 10,
  async run({ trials, log }) {
    const violations: string[] = []
    const isFull = trials > 1
    await sideBySide(trials, TRIALS_AT_ONCE, async (trial) => {
      await using site = await AlertSite.open({
        forSeconds: 0,
        clearSeconds: 1,
        silenceSeconds: SILENCE_SECONDS,
        ...(isFull ? { missingSeconds: MISSING_SECONDS } : {}),
      })
      const found = await runTrial(site, trial % 2 === 0, isFull)
      violations.push(...found.map((text) => `trial ${trial}: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    })
    return resultOf(trials, violations)
  },
}

async function runTrial(site: AlertSite, isKill: boolean, isFull: boolean): Promise<string[]> {
  const watchMs = isFull ? FULL_WATCH_MS : SHORT_WATCH_MS
  const violations: string[] = []
  await site.addHost('pulled', { '/': CALM, '/data': HIGH })
  await site.addHost('gone', { '/data': HIGH })
  for (const host of ['pulled', 'gone']) await site.untilNotices(host, 1, NOTICE_DEADLINE_MS)
  site.setLevels('pulled', { '/': CALM })
  await site.silence('gone', true)
  await site.untilNotices('gone', 2, NOTICE_DEADLINE_MS).catch((error: unknown) => {
    violations.push(`no alert that the agent is silent: ${String(error)}`)
  })
  if (isFull)
    await site.untilNotices('pulled', 2, MISSING_DEADLINE_MS).catch((error: unknown) => {
      violations.push(`no alert that a file system is missing: ${String(error)}`)
    })
  await pass(watchMs)
  violations.push(...(await check(site, 'before the restart', isFull)))
  if (isKill) await site.collector.kill()
  else await site.collector.stop()
  await site.start()
  await pass(watchMs)
  violations.push(...(await check(site, 'after the restart', isFull)))
  // What is reported again, and is fine, ends as it should.
  site.setLevels('pulled', { '/': CALM, '/data': CALM })
  await site.untilNotices('pulled', isFull ? 4 : 2, NOTICE_DEADLINE_MS).catch((error: unknown) => {
    violations.push(`not resolved when it was back: ${String(error)}`)
  })
  return violations
}

/** Both are still firing, and nobody was told otherwise. */
async function check(site: AlertSite, when: string, isFull: boolean): Promise<string[]> {
  const told = (host: string) =>
    site
      .noticesOf(host)
      .map(({ rule, status }) => `${rule} ${status}`)
      .join()
  const { alerts } = await site.collector.get<{
    alerts: { rule: string; host: string; state: string }[]
  }>('/api/v1/alerts')
  const live = alerts.map(({ rule, host, state }) => `${host} ${rule} ${state}`).toSorted()
  const missing = isFull ? [MISSING_RULE] : []
  const expected = {
    live: [
      `gone ${FULL_RULE} firing`,
      `gone ${SILENT_RULE} firing`,
      ...[FULL_RULE, ...missing].map((rule) => `pulled ${rule} firing`),
    ],
    gone: `${FULL_RULE} firing,${SILENT_RULE} firing`,
    pulled: [FULL_RULE, ...missing].map((rule) => `${rule} firing`).join(),
  }
  const found = { live, gone: told('gone'), pulled: told('pulled') }
  if (JSON.stringify(found) === JSON.stringify(expected)) return []
  return [`${when}: ${JSON.stringify(found)}`]
}
