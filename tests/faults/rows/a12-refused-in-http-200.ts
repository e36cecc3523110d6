import type { BusyRobot } from '../../support/refusing-robots.ts'
import { RobotSite } from '../../support/robot-site.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const DEADLINE_MS = 90_000
/** In which a message would be sent that must wait. */
const WATCH_MS = 300
const SECOND_MS = 1_000

/** Robots answer HTTP 200 and say in the body that they did not take the message: too fast, quota used up, signature wrong. */
export const row: FaultRow = {
  id: 'A12',
  title: 'robots say in HTTP 200 that they are asked too often, or that the signature is wrong',
  shortTrials: 1,
  fullTrials: 20,
  async run({ trials, log }) {
    const violations: string[] = []
    for (let trial = 1; trial <= trials; trial++) {
      await using site = await RobotSite.open()
      const found = await runTrial(site, trial % 2 === 1)
      violations.push(...found.map((text) => `trial ${trial}: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    }
    return resultOf(trials, violations)
  },
}

async function runTrial(site: RobotSite, isRestarted: boolean): Promise<string[]> {
  const { robots } = site
  await site.raise()
  const wereAsked = () =>
    robots.busy.every(({ asked }) => asked > 0) &&
    robots.signing.every(({ robot }) => robot.codes.length > 0)
  await until('each robot was asked', wereAsked, DEADLINE_MS)
  await site.raise()
  const pauses = new Set(robots.busy.map(({ pauseMs }) => pauseMs))
  for (const pauseMs of [...pauses].toSorted((a, b) => a - b)) {
    const robotsOfPause = robots.busy.filter((robot) => robot.pauseMs === pauseMs)
    const early = await findEach(robotsOfPause, (robot) => findEarly(site, robot))
    // A new process knows nothing of a pause: it may ask once, and learns of it again.
    if (isRestarted) await site.restart()
    const untold = await findEach(robotsOfPause, (robot) => findUntold(site, robot))
    if (early.length + untold.length > 0) return [...early, ...untold]
  }
  return [...(await findWrongRefusals(site)), ...(await findUnrepaired(site))]
}

async function findEach(
  robots: readonly BusyRobot[],
  find: (robot: BusyRobot) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = []
  for (const robot of robots) found.push(...(await find(robot)))
  return found
}

/** Half of the pause is over: nothing was given up, and nothing is sent, whatever else happens. */
async function findEarly(site: RobotSite, robot: BusyRobot): Promise<string[]> {
  const { clock, raised } = site
  clock.moveTo(robot.refusedAtMs + robot.pauseMs / 2)
  const askedBefore = robot.asked
  await site.raise()
  await pass(WATCH_MS)
  // On a machine that stood still for so long that the pause is over, asking is right.
  const isEarly = clock.nowMs() < robot.refusedAtMs + robot.pauseMs
  const counts = await site.countsOf(robot.name)
  return [
    ...(isEarly && robot.asked > askedBefore ? [`${robot.name}: asked within its pause`] : []),
    ...(counts.get('queued') === raised.length ? [] : [`${robot.name}: ${describe(counts)}`]),
  ]
}

/** The pause is over, and the robot takes messages: it is told of everything, once. */
async function findUntold(site: RobotSite, robot: BusyRobot): Promise<string[]> {
  robot.isBusy = false
  site.clock.moveTo(robot.refusedAtMs + robot.pauseMs + SECOND_MS)
  await site.raise()
  const told = () => robot.taken.flatMap((body) => [...new Set(body.match(/\bp\d{4}\b/g))])
  const isSent = async () => (await site.countsOf(robot.name)).get('sent') === site.raised.length
  await until(`${robot.name} is told`, isSent, DEADLINE_MS, 20).catch(() => undefined) // said below
  const found = told().toSorted().join()
  const counts = await site.countsOf(robot.name)
  return [
    ...(found === site.raised.join() ? [] : [`${robot.name}: told ${found}`]),
    ...((await isSent()) ? [] : [`${robot.name}: ${describe(counts)}`]),
  ]
}

/** A wrong signature is the last word: every message was given up, that is written down, and the collector says which channels refuse. */
async function findWrongRefusals(site: RobotSite): Promise<string[]> {
  const names = site.robots.signing.map(({ name }) => name)
  const violations: string[] = []
  for (const { name, robot } of site.robots.signing) {
    const isOver = async () => (await site.countsOf(name)).get('given_up') === site.raised.length
    await until('all is given up', isOver, DEADLINE_MS).catch(() => undefined) // said below
    const counts = await site.countsOf(name)
    if (counts.get('given_up') !== site.raised.length || (counts.get('sent') ?? 0) > 0)
      violations.push(`${name}: ${describe(counts)}`)
    if (robot.codes.length !== site.raised.length)
      violations.push(`${name}: asked ${robot.codes.length} times for ${site.raised.length}`)
  }
  const refusing = (await site.refusing()).join()
  if (refusing !== names.join()) violations.push(`/readyz says that ${refusing} refuse`)
  const reasons = (await site.givenUpReasons()).join()
  if (reasons !== names.map((name) => `${name} authError`).join())
    violations.push(`events say: ${reasons}`)
  return violations
}

/** With the right secret the same robots take what comes, and are not said to refuse any more. */
async function findUnrepaired(site: RobotSite): Promise<string[]> {
  await site.repairSecret()
  const name = await site.raise()
  const isTold = () => site.robots.signing.every(({ robot }) => robot.texts.join().includes(name))
  const isWell = async () => isTold() && (await site.refusing()).length === 0
  await until('the channels are well', isWell, DEADLINE_MS).catch(() => undefined) // said below
  return (await isWell()) ? [] : ['repaired channels take nothing, or are said to refuse']
}

function describe(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
}
