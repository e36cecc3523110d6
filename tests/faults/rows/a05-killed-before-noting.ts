import { AlertSite, AT_ONCE, CALM, HIGH } from '../../support/alert-site.ts'
import { FaultyReceiver, type Attempt } from '../../support/faulty-receiver.ts'
import type { Levels } from '../../support/level-agent.ts'
import { pass, until } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'

const HOSTS = ['db1', 'db2', 'db3']
const DEADLINE_MS = 180_000
/** What may still come twice has come by then. */
const AFTER_MS = 2_000

/** The collector is killed at the moment when a notice has arrived, and it can't have written down that it did. */
export const row: FaultRow = {
  id: 'A5',
  title: 'kill -9 between the sending of a notice and the noting of it',
  shortTrials: 4,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    await using receiver = await FaultyReceiver.start()
    const channels = [{ name: 'test', type: 'webhook', url: receiver.url }]
    await using site = await AlertSite.open(
      { forSeconds: 0, clearSeconds: 1 },
      { notify: { channels, ...AT_ONCE } },
    )
    for (const host of HOSTS) await site.addHost(host, { '/': CALM })
    for (let trial = 1; trial <= trials; trial++) {
      // A path of their own for each two: what began and ended again and again would be told as flapping.
      const level = trial % 2 === 1 ? HIGH : CALM
      await runKill(site, receiver, { [`/u${Math.ceil(trial / 2)}`]: level }, random)
      log(`kill ${trial}: ${receiver.taken.length} notices so far`)
    }
    await pass(AFTER_MS)
    return { trials, ...check(receiver.taken, trials) }
  },
}

/** Lets all hosts' alerts begin or end, and kills the collector when one notice of it is there: before its answer, or just after. */
async function runKill(
  site: AlertSite,
  receiver: FaultyReceiver,
  levels: Levels,
  random: () => number,
): Promise<void> {
  const { collector } = site
  const killed = Promise.withResolvers<void>()
  let countdown = 1 + Math.floor(random() * HOSTS.length)
  const kill = () => {
    if (--countdown !== 0) return
    collector.child.kill('SIGKILL')
    killed.resolve()
  }
  if (random() < 0.5) receiver.beforeAnswer = kill
  else receiver.afterAnswer = kill
  const toldBefore = idsOf(receiver.taken).size
  for (const host of HOSTS) site.setLevels(host, levels)
  const timer = setTimeout(() => killed.reject(new Error('no notice came')), DEADLINE_MS)
  await killed.promise.finally(() => clearTimeout(timer))
  receiver.beforeAnswer = undefined
  receiver.afterAnswer = undefined
  await collector.kill()
  await site.start()
  const isTold = () => idsOf(receiver.taken).size >= toldBefore + HOSTS.length
  await until('all three are told', isTold, DEADLINE_MS, 50).catch(() => undefined) // counted as lost
}

/** Each host's transitions, each under one id, in turn; none twice more. */
function check(taken: readonly Attempt[], trials: number) {
  const violations: string[] = []
  let lost = 0
  for (const host of HOSTS) {
    const told = new Map<string, { readonly status: string; times: number }>()
    for (const { deliveryId, alerts } of taken)
      for (const { status } of alerts.filter(({ labels }) => labels['host'] === host)) {
        const known = told.get(deliveryId)
        if (known === undefined) told.set(deliveryId, { status, times: 1 })
        else known.times++
      }
    const statuses = [...told.values()].map(({ status }) => status)
    lost += Math.max(0, trials - statuses.length)
    const expected = statuses.map((_, at) => (at % 2 === 0 ? 'firing' : 'resolved'))
    if (statuses.length > trials || statuses.join() !== expected.join())
      violations.push(`${host}: ${statuses.join(', ')}`)
    for (const [deliveryId, { times }] of told)
      if (times > 2) violations.push(`${host}: ${deliveryId} came ${times} times`)
  }
  const repeated = taken.length - idsOf(taken).size
  if (repeated === 0) violations.push('nothing was repeated: no kill hit its moment')
  return {
    expected: HOSTS.length * trials,
    lost,
    duplicated: 0,
    violations,
    measured: { 'repeated under one id': repeated },
  }
}

function idsOf(taken: readonly Attempt[]): Set<string> {
  return new Set(taken.map(({ deliveryId }) => deliveryId))
}
