import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newEpoch } from '@wardround/protocol'
import { answerValue } from '../../support/answer-ledger.ts'
import { CollectorProcess } from '../../support/collector-process.ts'
import { until } from '../../support/until.ts'
import { WireAgent } from '../../support/wire-agent.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { runSchedulerClocks } from '../scheduler-clocks.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const YEAR_MS = 365 * 24 * HOUR_MS
const ERRORS_MS = [10 * MINUTE_MS, HOUR_MS, YEAR_MS, 90_000].flatMap((ms) => [ms, -ms])
const ANSWERS = 60
const EVERY_MS = 1_000
/** The gauge and the corrected times are right within this, and what a batch took to be acknowledged: a delay on the way looks like an error of the clock. */
const TOLERANCE_MS = 1_000

/** A host whose clock is wrong, and when its answers really were. */
interface WrongHost {
  readonly host: string
  readonly errorMs: number
  readonly trueMs: readonly number[]
  /** The longest that a batch took from its making to its acknowledgement. */
  readonly slowestMs: number
}

/** Clocks are set, slewed and suspended under the agent's scheduler; then agents whose clocks are wrong by minutes to a year bring their samples to a real collector. */
export const row: FaultRow = {
  id: 'R12',
  title: 'clocks set, slewed, set back, suspended; agents whose clocks are wrong by up to a year',
  shortTrials: 1,
  fullTrials: 20,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    let [ticks, worst, expected, lost, duplicated] = [0, 0, 0, 0, 0]
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    try {
      await using collector = await CollectorProcess.start(directory)
      for (let trial = 1; trial <= trials; trial++) {
        const scheduled = await runSchedulerClocks(random)
        ticks += scheduled.ticks
        worst = Math.max(worst, scheduled.worst)
        violations.push(...scheduled.violations.slice(0, 10))
        for (const errorMs of ERRORS_MS) {
          const wrong = await sendFromWrongClock(collector, `host-${trial}-${errorMs}`, errorMs)
          const found = await check(collector, wrong)
          expected += ANSWERS
          lost += found.lost
          duplicated += found.duplicated
          violations.push(...found.violations)
        }
        log(`trial ${trial}: ${scheduled.ticks} ticks, ${ERRORS_MS.length} wrong clocks`)
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
    const measured = { ticks, 'worst interval error %': worst * 100 }
    return { trials, expected, lost, duplicated, violations, measured }
  },
}

/** A minute of answers, each under the time that the wrong clock shows, with its right age. */
async function sendFromWrongClock(
  collector: CollectorProcess,
  host: string,
  errorMs: number,
): Promise<WrongHost> {
  const token = await collector.createToken(host)
  await using agent = await WireAgent.connect(collector.url, token, newEpoch(randomBytes(8)), 1)
  const firstMs = Date.now() - ANSWERS * EVERY_MS
  const trueMs = Array.from({ length: ANSWERS }, (_, at) => firstMs + at * EVERY_MS)
  let slowestMs = 0
  for (const [at, timeMs] of trueMs.entries()) {
    const sentAt = performance.now()
    const answer = { tick: at + 1, timeMs: timeMs + errorMs }
    agent.send(at + 1, answer, Date.now() - timeMs)
    await agent.untilAcknowledged([at + 1])
    slowestMs = Math.max(slowestMs, performance.now() - sentAt)
  }
  return { host, errorMs, trueMs, slowestMs }
}

async function check(
  collector: CollectorProcess,
  { host, errorMs, trueMs, slowestMs }: WrongHost,
): Promise<{ lost: number; duplicated: number; violations: string[] }> {
  let points: readonly (readonly [number, number])[] = []
  const isThere = async () => (points = await readAll(collector, host)).length >= ANSWERS
  await until('all is stored', isThere, 180_000).catch(() => undefined)
  const violations: string[] = []
  const toleranceMs = TOLERANCE_MS + slowestMs
  const storedMs = new Map(points.map(([timeMs, value]) => [value, timeMs]))
  let lost = 0
  for (const [at, expectedMs] of trueMs.entries()) {
    const foundMs = storedMs.get(answerValue(at + 1, 0))
    if (foundMs === undefined) lost++
    else if (Math.abs(foundMs - expectedMs) > toleranceMs)
      violations.push(`${host}: answer ${at + 1} is stored ${foundMs - expectedMs} ms off`)
  }
  const gaugeMs = 1000 * (await ofHost(collector, CLOCK_ERROR, host))
  if (!(Math.abs(gaugeMs - errorMs) <= toleranceMs))
    violations.push(`${host}: the gauge says ${gaugeMs} ms`)
  const corrected = await ofHost(collector, CORRECTED, host)
  if (corrected !== ANSWERS) violations.push(`${host}: ${corrected} samples are flagged`)
  return { lost, duplicated: points.length - storedMs.size, violations }
}

const CLOCK_ERROR = 'wardround_collector_agent_clock_error_seconds'
const CORRECTED = 'wardround_collector_agent_samples_clock_corrected_total'

async function readAll(
  collector: CollectorProcess,
  host: string,
): Promise<readonly (readonly [number, number])[]> {
  const question = new URLSearchParams({
    measurement: 'ledger',
    field: 'answer',
    where: `host=${host}`,
    aggregate: 'raw',
    from: '0',
    to: String(Date.now() + 2 * YEAR_MS),
  })
  const { series } = await collector.get<{
    series: { points: readonly (readonly [number, number])[] }[]
  }>(`/api/v1/query?${question.toString()}`)
  return series.flatMap(({ points }) => points)
}

async function ofHost(collector: CollectorProcess, name: string, host: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}{host="${host}"`))
  return Number(line?.slice(line.lastIndexOf(' ') + 1))
}
