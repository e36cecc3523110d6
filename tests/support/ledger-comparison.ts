import type { Answer } from './answer-ledger.ts'
import { answerValue } from './answer-ledger.ts'

/** What a host's ledger says, and what of it must have been stored. */
export interface LedgerOfHost {
  readonly host: string
  readonly series: number
  readonly answers: readonly Answer[]
  /** Answers, of all in order of time, that may be missing (never stored twice): younger than the spill deadline when their process died. Default: none. */
  readonly mayMiss?: (answer: Answer, answers: readonly Answer[]) => boolean
}

/** Where a sample is that a ledger holds, and what is stored that none holds. */
export interface Comparison {
  /** Samples that must be stored. */
  expected: number
  /** Of these, how many are not. */
  lost: number
  /** Stored again: a second point of one series with the same time or the same value. */
  duplicated: number
  /** Stored under another time than the device gave. */
  moved: number
  /** Stored, and never answered by the device. */
  invented: number
  /** Stored samples that a ledger holds. */
  stored: number
  /** Of each host the answers that must be stored and lack samples, by tick: how many. */
  readonly lostAnswers: Map<string, Map<number, number>>
  /** The first of each kind, in words. */
  readonly examples: string[]
}

/** Points of one question: some 15 MB of answer. */
const POINTS_PER_QUESTION = 400_000
const MAX_EXAMPLES = 10

/** What is stored of one host between two times, by series. */
export type StoredReader = (
  host: string,
  fromMs: number,
  toMs: number,
) => Promise<ReadonlyMap<number, Points>>

export type Points = readonly (readonly [number, number])[]

/** Compares what the collector answers on `/api/v1/query`, raw, with the ledgers. */
export function compareWithLedgers(
  collectorUrl: string,
  ledgers: readonly LedgerOfHost[],
): Promise<Comparison> {
  const read: StoredReader = (host, fromMs, toMs) => readStored(collectorUrl, host, fromMs, toMs)
  return compareStored(read, ledgers)
}

/** Compares what a store has with the ledgers. */
export async function compareStored(
  read: StoredReader,
  ledgers: readonly LedgerOfHost[],
): Promise<Comparison> {
  const sum: Comparison = {
    expected: 0,
    lost: 0,
    duplicated: 0,
    moved: 0,
    invented: 0,
    stored: 0,
    lostAnswers: new Map(),
    examples: [],
  }
  for (const ledger of ledgers) await compareHost(read, ledger, sum)
  return sum
}

async function compareHost(
  read: StoredReader,
  ledger: LedgerOfHost,
  sum: Comparison,
): Promise<void> {
  const ticks = Math.max(1, Math.floor(POINTS_PER_QUESTION / ledger.series))
  const answers = ledger.answers.toSorted((a, b) => a.timeMs - b.timeMs)
  const excused = new Set(answers.filter((answer) => ledger.mayMiss?.(answer, answers)))
  for (let at = 0; at < answers.length || at === 0; at += ticks) {
    const slice = answers.slice(at, at + ticks)
    // From the end of the slice before to the start of the next: what lies between answers is looked at too.
    const fromMs = at === 0 ? 0 : (slice[0]?.timeMs ?? 0)
    const toMs = answers[at + ticks]?.timeMs ?? FAR_FUTURE_MS
    const stored = await read(ledger.host, fromMs, toMs)
    for (let series = 0; series < ledger.series; series++)
      compareSeries(
        { host: ledger.host, answers: slice, excused },
        series,
        stored.get(series) ?? [],
        sum,
      )
  }
}

const FAR_FUTURE_MS = Date.UTC(2100, 0)

/** A part of a host's answers, and which of all may be missing. */
interface ComparedAnswers {
  readonly host: string
  readonly answers: readonly Answer[]
  readonly excused: ReadonlySet<Answer>
}

function compareSeries(
  { host, answers, excused }: ComparedAnswers,
  series: number,
  points: Points,
  sum: Comparison,
): void {
  const timeOf = new Map<number, number>()
  const times = new Set<number>()
  const note = (text: string) => {
    if (sum.examples.length < MAX_EXAMPLES) sum.examples.push(`${host}, series ${series}: ${text}`)
  }
  for (const [timeMs, value] of points) {
    if (timeOf.has(value) || times.has(timeMs)) {
      sum.duplicated++
      note(`${value} at ${timeMs} is stored twice`)
    }
    timeOf.set(value, timeMs)
    times.add(timeMs)
  }
  for (const answer of answers) {
    const value = answerValue(answer.tick, series)
    const storedAtMs = timeOf.get(value)
    const mustBeThere = !excused.has(answer)
    if (mustBeThere) sum.expected++
    if (storedAtMs === undefined) {
      if (!mustBeThere) continue
      sum.lost++
      countLost(sum, host, answer.tick)
      note(`answer ${answer.tick} at ${answer.timeMs} is not stored`)
      continue
    }
    sum.stored++
    timeOf.delete(value)
    if (storedAtMs === answer.timeMs) continue
    sum.moved++
    note(`answer ${answer.tick} at ${answer.timeMs} is stored at ${storedAtMs}`)
  }
  sum.invented += timeOf.size
  for (const [value, timeMs] of timeOf) note(`${value} at ${timeMs} was never answered`)
}

function countLost({ lostAnswers }: Comparison, host: string, tick: number): void {
  const ticks = lostAnswers.get(host) ?? new Map<number, number>()
  lostAnswers.set(host, ticks)
  ticks.set(tick, (ticks.get(tick) ?? 0) + 1)
}

/** What the collector has of one host between two times, by series. */
async function readStored(
  collectorUrl: string,
  host: string,
  fromMs: number,
  toMs: number,
): Promise<Map<number, Points>> {
  const question = new URLSearchParams({
    measurement: 'ledger',
    field: 'answer',
    where: `host=${host}`,
    aggregate: 'raw',
    from: String(fromMs),
    to: String(toMs),
  })
  const response = await fetch(`${collectorUrl}/api/v1/query?${question.toString()}`)
  if (!response.ok) throw new Error(`query: ${response.status} ${await response.text()}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong shape fails the comparison
  const answer = (await response.json()) as {
    readonly series: readonly {
      readonly tags: Readonly<Record<string, string>>
      readonly points: Points
    }[]
  }
  return new Map(answer.series.map(({ tags, points }) => [Number(tags['series']), points]))
}
