import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeScratchDirectory, runBitFlipTrials } from '@wardround/journal/testing'
import { newEpoch } from '@wardround/protocol'
import type { Answer } from '../../support/answer-ledger.ts'
import { CollectorProcess } from '../../support/collector-process.ts'
import { countHit, JOURNAL_DAMAGES, type JournalDamage } from '../../support/damaged-journal.ts'
import { compareWithLedgers, type Comparison } from '../../support/ledger-comparison.ts'
import { until } from '../../support/until.ts'
import { WireAgent } from '../../support/wire-agent.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'

/** Bits flipped in-process for each start of a real collector: 10,000 in the full form. */
const FLIPS_PER_START = 556
const HOST = 'db1'
const SERIES = 50
const ANSWERS = 500
/** Batches between two waits for acknowledgement. */
const CHUNK = 50
const SETTLE_DEADLINE_MS = 180_000
const COLLECTOR = { journal: { segmentBytes: '64KiB' } }

/** A collector's state after `kill -9`: what its journal holds, and what was acknowledged. */
interface Specimen {
  readonly directory: string
  readonly answers: readonly Answer[]
  readonly token: string
}

/** The journal's bytes change while nobody looks: single bits in-process, and whole blocks and segments under a collector that is started on them. */
export const row: FaultRow = {
  id: 'R10b',
  title: 'flipped bits, blocks and segments that are empty, garbage, missing, swapped; stray files',
  shortTrials: 2,
  fullTrials: 18,
  async run({ trials, seed, log }) {
    using scratch = makeScratchDirectory('memory')
    const flips = await runBitFlipTrials(scratch.path, { trials: trials * FLIPS_PER_START, seed })
    log(`${flips.trials} bits flipped, longest start ${flips.measured['longestOpenMs']} ms`)
    const sum = { ...flips, violations: [...flips.violations] }
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const random = seededRandom(seed)
    try {
      const specimen = await makeSpecimen(join(directory, 'specimen'))
      for (let trial = 0; trial < trials; trial++) {
        const damage = JOURNAL_DAMAGES[trial % JOURNAL_DAMAGES.length]
        if (damage === undefined) break
        const copy = join(directory, `trial-${trial}`)
        await cp(specimen.directory, copy, {
          recursive: true,
          filter: (path) => !path.endsWith('.sock'),
        })
        const { comparison, hit } = await runTrial({ ...specimen, directory: copy }, damage, random)
        const lostBatches = comparison.lostAnswers.get(HOST)?.size ?? 0
        log(`${damage.name}: ${hit} records hit, ${lostBatches} batches lost`)
        sum.trials++
        sum.expected += comparison.expected
        sum.lost += Math.max(0, lostBatches - hit) * SERIES
        sum.duplicated += comparison.duplicated
        const wrong = comparison.moved + comparison.invented
        if (wrong > 0) sum.violations.push(`${damage.name}: ${comparison.examples.join('; ')}`)
        await rm(copy, { recursive: true, force: true })
      }
      return sum
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** 500 batches acknowledged and in no file but the journal: the store keeps what is so young in memory. */
async function makeSpecimen(directory: string): Promise<Specimen> {
  const startMs = Date.now() - ANSWERS * 10
  const answers = makeAnswers(1, ANSWERS, startMs)
  await mkdir(directory)
  await using collector = await CollectorProcess.start(directory, COLLECTOR)
  const token = await collector.createToken(HOST)
  await send(collector, token, answers)
  return { directory, answers, token }
}

async function runTrial(
  { directory, answers, token }: Specimen,
  damage: JournalDamage,
  random: () => number,
): Promise<{ comparison: Comparison; hit: number }> {
  const journal = join(directory, 'collector', 'journal')
  const intact = `${journal}-intact`
  await cp(journal, intact, { recursive: true })
  const hits = damage.apply(journal, random)
  const hit = countHit(intact, hits)
  await using collector = await CollectorProcess.start(directory, COLLECTOR)
  const added = makeAnswers(ANSWERS + 1, 2 * CHUNK, Date.now())
  await send(collector, token, added)
  const compare = () =>
    compareWithLedgers(collector.url, [
      { host: HOST, series: SERIES, answers: [...answers, ...added] },
    ])
  let comparison = await compare()
  const isSettled = async () => {
    comparison = await compare()
    return (comparison.lostAnswers.get(HOST)?.size ?? 0) <= hit
  }
  await until('what was not hit is stored', isSettled, SETTLE_DEADLINE_MS).catch(() => undefined)
  return { comparison, hit }
}

function makeAnswers(first: number, count: number, startMs: number): Answer[] {
  return Array.from({ length: count }, (_, at) => ({ tick: first + at, timeMs: startMs + at * 10 }))
}

async function send(
  collector: CollectorProcess,
  token: string,
  answers: readonly Answer[],
): Promise<void> {
  await using agent = await WireAgent.connect(
    collector.url,
    token,
    newEpoch(randomBytes(8)),
    SERIES,
  )
  for (let at = 0; at < answers.length; at += CHUNK) {
    const chunk = answers.slice(at, at + CHUNK)
    for (const answer of chunk) agent.send(answer.tick, answer)
    await agent.untilAcknowledged(chunk.map(({ tick }) => tick))
  }
}
