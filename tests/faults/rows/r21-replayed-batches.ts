import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newEpoch } from '@wardround/protocol'
import type { Answer } from '../../support/answer-ledger.ts'
import { CollectorProcess } from '../../support/collector-process.ts'
import { compareWithLedgers } from '../../support/ledger-comparison.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { WireAgent } from '../../support/wire-agent.ts'
import { seededRandom, type FaultResult, type FaultRow } from '../fault-row.ts'
import { toResult } from '../to-result.ts'

const ANSWERS = 120
const SERIES = 50
const COPIES = 10
/** Batches between two waits for acknowledgement: half of the window. */
const CHUNK = 32

interface Trial {
  readonly collector: CollectorProcess
  readonly trial: number
  readonly answers: readonly Answer[]
  readonly random: () => number
}

/**
 * One host's batches arrive once and in order; another host's same answers in random order, each ten times, over many connections; a third host's
 * whole connection is recorded by the proxy and played back ten times, byte for byte. All three must be stored alike.
 */
export const row: FaultRow = {
  id: 'R21',
  title: 'batches out of order, doubled, and whole connections replayed ten times',
  shortTrials: 2,
  fullTrials: 20,
  async run({ trials, seed, log }): Promise<FaultResult> {
    const random = seededRandom(seed)
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const violations: string[] = []
    try {
      await using collector = await CollectorProcess.start(directory)
      const ledgers = []
      for (let trial = 1; trial <= trials; trial++) {
        const answers = makeAnswers()
        const hosts = await runTrial({ collector, trial, answers, random })
        ledgers.push(...hosts.map((host) => ({ host, series: SERIES, answers })))
        violations.push(...(await differences(collector, hosts, answers)))
        log(`trial ${trial}: ${hosts.join(', ')}`)
      }
      const comparison = await compareWithLedgers(collector.url, ledgers)
      const replayed = await collector.metric('wardround_collector_agent_samples_duplicates_total')
      if (replayed === 0) violations.push('nothing was replayed: the row tested nothing')
      return toResult(trials, comparison, violations, { replayed })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

function makeAnswers(): Answer[] {
  const endMs = Date.now()
  return Array.from({ length: ANSWERS }, (_, at) => ({
    tick: at + 1,
    timeMs: endMs - (ANSWERS - at) * 1000,
  }))
}

async function runTrial(trial: Trial): Promise<string[]> {
  const names = ['ordered', 'shuffled', 'replayed'].map((name) => `${name}-${trial.trial}`)
  const [ordered = '', shuffled = '', replayed = ''] = names
  await sendInOrder(trial, ordered, trial.collector.url)
  await sendShuffled(trial, shuffled)
  await sendReplayed(trial, replayed)
  return names
}

async function sendInOrder({ collector, answers }: Trial, host: string, url: string) {
  const token = await collector.createToken(host)
  await using agent = await WireAgent.connect(url, token, newEpoch(randomBytes(8)), SERIES)
  for (const chunk of chunksOf(answers)) await sendChunk(agent, chunk)
}

async function sendShuffled({ collector, answers, random }: Trial, host: string): Promise<void> {
  const token = await collector.createToken(host)
  const epoch = newEpoch(randomBytes(8))
  const copies = answers.flatMap((answer) => Array.from({ length: COPIES }, () => answer))
  let agent = await WireAgent.connect(collector.url, token, epoch, SERIES)
  try {
    for (const chunk of chunksOf(shuffle(copies, random))) {
      if (random() < 0.3) {
        // Without a goodbye and without having waited: what was sent may or may not have arrived.
        for (const answer of chunk) agent.send(answer.tick, answer)
        await agent[Symbol.asyncDispose]()
        agent = await WireAgent.connect(collector.url, token, epoch, SERIES)
      }
      await sendChunk(agent, chunk)
    }
  } finally {
    await agent[Symbol.asyncDispose]()
  }
}

async function sendReplayed(trial: Trial, host: string): Promise<void> {
  const { port } = trial.collector
  await using proxy = await startTcpProxy(port)
  const recorded: Buffer[] = []
  proxy.onBytes = (direction, bytes) => void (direction === 'up' && recorded.push(bytes))
  await sendInOrder(trial, host, `http://127.0.0.1:${proxy.port}`)
  for (let copy = 0; copy < COPIES; copy++) await playBack(port, recorded)
}

/** Everything that an agent once said, said again by another: its request with the token, hello, definitions and batches. */
async function playBack(port: number, recorded: readonly Buffer[]): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const welcomed = Promise.withResolvers<void>()
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
    if (heard.includes('"welcome"')) welcomed.resolve()
  })
  const closed = once(socket, 'close')
  // The request and the hello first: a frame before the welcome would end the connection.
  const [request, hello, ...frames] = recorded
  socket.write(Buffer.concat([request ?? Buffer.alloc(0), hello ?? Buffer.alloc(0)]))
  await welcomed.promise
  socket.end(Buffer.concat(frames))
  await closed
}

async function sendChunk(agent: WireAgent, chunk: readonly Answer[]): Promise<void> {
  for (const answer of chunk) agent.send(answer.tick, answer)
  await agent.untilAcknowledged(chunk.map(({ tick }) => tick))
}

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += CHUNK) yield all.slice(at, at + CHUNK)
}

function shuffle<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

/** Windows of every aggregate must be the same for all hosts. */
async function differences(
  collector: CollectorProcess,
  hosts: readonly string[],
  answers: readonly Answer[],
): Promise<string[]> {
  const found: string[] = []
  for (const aggregate of ['count', 'sum', 'mean', 'min', 'max', 'first', 'last']) {
    const told = await Promise.all(hosts.map((host) => ask(collector, host, aggregate, answers)))
    for (const [at, text] of told.entries())
      if (text !== told[0]) found.push(`${aggregate} of ${hosts[at]} is not that of ${hosts[0]}`)
  }
  return found
}

async function ask(
  collector: CollectorProcess,
  host: string,
  aggregate: string,
  answers: readonly Answer[],
): Promise<string> {
  const question = new URLSearchParams({
    measurement: 'ledger',
    field: 'answer',
    where: `host=${host}`,
    aggregate,
    step: '10s',
    groupBy: 'series',
    from: String(answers[0]?.timeMs ?? 0),
    to: 'now',
  })
  return JSON.stringify(await collector.get(`/api/v1/query?${question.toString()}`))
}
