import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newEpoch } from '@wardround/protocol'
import type { Answer } from '../../support/answer-ledger.ts'
import { CollectorProcess } from '../../support/collector-process.ts'
import { compareWithLedgers } from '../../support/ledger-comparison.ts'
import { pass } from '../../support/until.ts'
import { WireAgent } from '../../support/wire-agent.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { FuzzAgent, type FuzzCounts } from '../fuzz-agent.ts'
import { toResult } from '../to-result.ts'

const CORPUS = new URL('../corpus/', import.meta.url).pathname
const FUZZERS = 8
const FULL_FRAMES = 1_000_000
const SHORT_FRAMES = 1_500
const HEALTHY = { host: 'healthy', series: 20, everyMs: 200 }
const MAX_GROWTH_BYTES = 50_000_000
/** Most frames end their connection: a new one must not have to wait in line. */
const LIMITS = { limits: { connectionsPerSecond: 100_000 } }
const REST_MS = 5_000
const MINUTE_MS = 60_000
const YEAR_6430_MS = 140_737_488_355_328

/** Eight identities send what is almost right, or wrong on every level of the wire, to a real collector, while a ninth goes about its work. */
export const row: FaultRow = {
  id: 'R20',
  title: 'fuzzed frames: payloads, texts, fragments, lengths, reserved bits, closes',
  shortTrials: SHORT_FRAMES,
  fullTrials: FULL_FRAMES,
  async run({ trials, seed, log }) {
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const violations: string[] = []
    try {
      await using collector = await CollectorProcess.start(directory, LIMITS)
      const complaints = listenForComplaints(collector)
      await using healthy = await startHealthy(collector)
      const onViolation = (what: string, bytes: Buffer) => {
        violations.push(what)
        if (violations.length < 20) void keep(what, seed, bytes)
      }
      const startedMs = Date.now()
      const options = { port: collector.port, onViolation }
      const fuzzers = await openFuzzers(collector, seed, options)
      await replayCorpus(fuzzers[0])
      // The first tenth warms it up: code is compiled, heaps get their size.
      await runFuzzers(fuzzers, trials * 0.1, collector)
      const warmBytes = await rssBytes(collector.pid)
      log(`warm: ${Math.round(warmBytes / 1e6)} MB`)
      await runFuzzers(fuzzers, trials * 0.9, collector)
      for (const fuzzer of fuzzers) fuzzer[Symbol.dispose]()
      await pass(REST_MS)
      const answers = await healthy.stop()
      if (!collector.isRunning) violations.push(`the collector has ended: ${collector.said()}`)
      violations.push(...complaints.slice(0, 5))
      const grownBytes = (await rssBytes(collector.pid)) - warmBytes
      if (trials >= FULL_FRAMES && grownBytes > MAX_GROWTH_BYTES)
        violations.push(`memory has grown by ${grownBytes} bytes`)
      const stored = await countStoredBad(collector, fuzzers, startedMs)
      if (stored > 0) violations.push(`${stored} values of frames that were refused are stored`)
      const ledger = { host: HEALTHY.host, series: HEALTHY.series, answers }
      const comparison = await compareWithLedgers(collector.url, [ledger])
      const counts = fuzzers.map((fuzzer) => fuzzer.counts)
      log(`close codes ${JSON.stringify(sumCodes(counts))}`)
      return toResult(sum(counts, 'frames'), comparison, [...new Set(violations)], {
        connections: sum(counts, 'connections'),
        'refused values': counts.reduce((total, { badValues }) => total + badValues.size, 0),
        'longest answer ms': Math.max(...counts.map(({ longestMs }) => longestMs)),
        'memory grown MB': grownBytes / 1e6,
        'slowest ack of the healthy agent ms': healthy.slowestAckMs(),
      })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** Errors that it logs, and whatever Node itself says: an unhandled rejection, a leak. */
function listenForComplaints({ child }: CollectorProcess): string[] {
  const complaints: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(`stderr: ${chunk.toString()}`))
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = chunk.toString().split('\n')
    complaints.push(...lines.filter((line) => /"level":"(error|fatal)"/.test(line)))
  })
  return complaints
}

async function openFuzzers(
  collector: CollectorProcess,
  seed: number,
  options: { readonly port: number; readonly onViolation: (what: string, bytes: Buffer) => void },
): Promise<[FuzzAgent, ...FuzzAgent[]]> {
  const open = async (at: number) => {
    const host = `fuzz-${at}`
    const token = await collector.createToken(host)
    return new FuzzAgent({ host, token, random: seededRandom(seed + at), ...options })
  }
  const others = Array.from({ length: FUZZERS - 1 }, (_, at) => open(at + 1))
  return [await open(0), ...(await Promise.all(others))]
}

async function runFuzzers(
  fuzzers: readonly FuzzAgent[],
  frames: number,
  collector: CollectorProcess,
): Promise<void> {
  await Promise.all(
    fuzzers.map(async (fuzzer) => {
      for (let at = 0; at < frames / FUZZERS && collector.isRunning; at++) await fuzzer.step()
    }),
  )
}

/** What was found once is tried each time: every file is sent on a connection after its welcome. */
async function replayCorpus(fuzzer: FuzzAgent): Promise<void> {
  for (const name of (await readdir(CORPUS)).toSorted()) {
    const bytes = await readFile(join(CORPUS, name))
    await fuzzer.send({ kind: `corpus ${name}`, bytes, mayHang: true, isValid: false })
  }
}

async function keep(what: string, seed: number, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return
  const name = `found-${seed}-${what.replaceAll(/[^a-z0-9]+/g, '-')}.raw`
  await writeFile(join(CORPUS, name), bytes)
}

/** An agent that does everything right, in the midst of it. */
async function startHealthy(
  collector: CollectorProcess,
): Promise<AsyncDisposable & { stop: () => Promise<Answer[]>; slowestAckMs: () => number }> {
  const token = await collector.createToken(HEALTHY.host)
  const epoch = newEpoch(randomBytes(8))
  const agent = await WireAgent.connect(collector.url, token, epoch, HEALTHY.series)
  const answers: Answer[] = []
  let slowestMs = 0
  let isStopped = false
  const run = async () => {
    while (!isStopped) {
      const answer = { tick: answers.length + 1, timeMs: Date.now() }
      answers.push(answer)
      const sentAt = performance.now()
      agent.send(answer.tick, answer)
      await agent.untilAcknowledged([answer.tick])
      slowestMs = Math.max(slowestMs, performance.now() - sentAt)
      await pass(HEALTHY.everyMs)
    }
  }
  const running = run()
  running.catch(() => undefined) // told by stop(), which awaits it
  return {
    slowestAckMs: () => slowestMs,
    async stop() {
      isStopped = true
      await running
      return answers
    },
    async [Symbol.asyncDispose]() {
      isStopped = true
      await agent[Symbol.asyncDispose]()
    },
  }
}

/** Values of refused frames that are stored all the same, under whatever name and time. */
async function countStoredBad(
  collector: CollectorProcess,
  fuzzers: readonly FuzzAgent[],
  startedMs: number,
): Promise<number> {
  const bounds = [0, ...minutes(startedMs), YEAR_6430_MS]
  let found = 0
  for (const [at, { counts }] of fuzzers.entries())
    for (const [index, fromMs] of bounds.entries()) {
      const toMs = bounds[index + 1]
      if (toMs === undefined) continue
      const question = new URLSearchParams({
        measurement: 'fuzz',
        field: 'value',
        where: `host=fuzz-${at}`,
        aggregate: 'raw',
        from: String(fromMs),
        to: String(toMs),
      })
      const { series } = await collector.get<{ series: { points: [number, number][] }[] }>(
        `/api/v1/query?${question.toString()}`,
      )
      for (const { points } of series)
        found += points.filter(([, value]) => counts.badValues.has(value)).length
    }
  return found
}

function minutes(startedMs: number): number[] {
  const all: number[] = []
  for (let atMs = startedMs; atMs < Date.now() + MINUTE_MS; atMs += MINUTE_MS) all.push(atMs)
  return all
}

function sum(counts: readonly FuzzCounts[], name: 'frames' | 'connections'): number {
  return counts.reduce((total, one) => total + one[name], 0)
}

function sumCodes(counts: readonly FuzzCounts[]): Record<number, number> {
  const codes: Record<number, number> = {}
  for (const { closeCodes } of counts)
    for (const [code, times] of closeCodes) codes[code] = (codes[code] ?? 0) + times
  return codes
}

async function rssBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
}
