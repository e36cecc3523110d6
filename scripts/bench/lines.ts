// Line protocol over HTTP into the collector as it is released: journal on disk, embedded store, seals and the merges of the hours; and the same bytes,
// post by post, into VictoriaMetrics. Samples per CPU-second of all threads, after a warm-up of each. Neither has rules.
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { BundledCollector, openBenchDirectory } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { type Cost, costOfMerges, idleCost, overMs, perSecond, untilIdle } from './ingest-cost.ts'
import { LineWriter } from './line-protocol.ts'
import { printTable } from './table.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

const HOSTS = 48
const WARM_UP_HOURS = 1
const HOURS = Number(process.env['BENCH_HOURS'] ?? 3)
const SAMPLES_PER_POST = 16_000
/** Posts under way at a time, as from so many Telegrafs. */
const WRITERS = 4
const STORED_WITHIN_MS = 300_000

interface Post {
  readonly body: Buffer
  readonly samples: number
}

/** All that is posted, hour by hour. */
function* posts(hours: number, fromMs: number): Generator<Post> {
  const writer = new LineWriter(HOST_SHAPES)
  let text = ''
  let samples = 0
  const intervals = Math.round(hours * 360)
  for (const { host, timeMs, values } of hostIntervals({ hosts: HOSTS, intervals, fromMs })) {
    text += writer.format(hostName(host), timeMs, values)
    samples += values.length
    if (samples < SAMPLES_PER_POST) continue
    yield { body: Buffer.from(text), samples }
    text = ''
    samples = 0
  }
  if (samples > 0) yield { body: Buffer.from(text), samples }
}

type Send = (body: Buffer) => Promise<void>

/** Posts to a path of a server, over connections that stay. */
function sender(url: string, headers: Readonly<Record<string, string>>): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: WRITERS })
  return async (body) => {
    const sending = request(url, { method: 'POST', headers, agent })
    sending.end(body)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event has this one argument
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = await response.toArray()
    if (response.statusCode !== 204)
      throw new Error(`${url} answered ${response.statusCode}: ${Buffer.concat(chunks).toString()}`)
  }
}

/** Returns the samples that were sent. */
async function feed(send: Send, data: Iterable<Post>): Promise<number> {
  const queue = data[Symbol.iterator]()
  let sent = 0
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) {
        await send(next.value.body)
        sent += next.value.samples
      }
    }),
  )
  return sent
}

function phases() {
  const fromMs = overMs() - (WARM_UP_HOURS + HOURS) * 3_600_000
  return {
    warmUp: posts(WARM_UP_HOURS, fromMs),
    measured: posts(HOURS, fromMs + WARM_UP_HOURS * 3_600_000),
  }
}

async function measureCollector(): Promise<Cost> {
  await using directory = await openBenchDirectory()
  await using collector = await BundledCollector.start(directory.path, { rules: { pack: 'none' } })
  const token = await collector.createWriteToken()
  const send = sender(`${collector.url}/write?precision=ms`, { authorization: `Token ${token}` })
  const { warmUp, measured } = phases()
  const warmed = await feed(send, warmUp)
  await collector.untilStored(warmed, STORED_WITHIN_MS)
  const idle = await idleCost(collector.process)
  const before = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  const samples = await feed(send, measured)
  await collector.untilStored(warmed + samples, STORED_WITHIN_MS)
  const stored = { cpuMs: collector.process.cpuMs(), atMs: performance.now() }
  const { rssMiB } = collector.process.memory()
  const mergeCpuMs = await costOfMerges(collector.process, idle)
  return {
    samples,
    cpuMs: stored.cpuMs - before.cpuMs,
    wallMs: stored.atMs - before.atMs,
    mergeCpuMs: (mergeCpuMs * samples) / (warmed + samples),
    rssMiB,
  }
}

async function measurePeer(): Promise<Cost | undefined> {
  await using directory = await openBenchDirectory()
  await using peer = await VictoriaMetrics.start(directory.path)
  if (peer === undefined) return undefined
  const send = sender(peer.url('/write?precision=ms'), {})
  const { warmUp, measured } = phases()
  const warmed = await feed(send, warmUp)
  const before = { cpuMs: peer.process.cpuMs(), atMs: performance.now() }
  const samples = await feed(send, measured)
  const fed = { cpuMs: peer.process.cpuMs(), atMs: performance.now() }
  const { rssMiB } = peer.process.memory()
  await peer.flushAndMerge()
  const mergeCpuMs = (await untilIdle(peer.process)) - fed.cpuMs
  return {
    samples,
    cpuMs: fed.cpuMs - before.cpuMs,
    wallMs: fed.atMs - before.atMs,
    mergeCpuMs: (mergeCpuMs * samples) / (warmed + samples),
    rssMiB,
  }
}

function row(name: string, cost: Cost, peer: Cost | undefined) {
  const { samples, cpuMs, wallMs, mergeCpuMs, rssMiB } = cost
  return {
    into: name,
    'M samples': samples / 1e6,
    'M/CPU-s': perSecond(cost),
    'without merges': samples / cpuMs / 1000,
    'x VictoriaMetrics': peer === undefined ? '' : perSecond(cost) / perSecond(peer),
    'CPU s': cpuMs / 1000,
    'merges CPU s': mergeCpuMs / 1000,
    'wall s': wallMs / 1000,
    'RSS MiB': rssMiB,
  }
}

const peer = await measurePeer()
const rows = [row('embedded store', await measureCollector(), peer)]
if (peer !== undefined) rows.push(row('VictoriaMetrics', peer, peer))
printTable(`line protocol: ${HOSTS} hosts of ${HOST_SHAPES.length} series, the same bytes`, rows)
console.log('goal: >= 1 x VictoriaMetrics per CPU-second')
