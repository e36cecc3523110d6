import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HOST_SHAPES, hostIntervals, hostName, type HostInterval } from '../host-data.ts'
import { LineWriter } from '../line-protocol.ts'
import { printTable } from '../table.ts'
import { VictoriaMetrics } from '../victoria-metrics.ts'
import { CPU_SHAPES, cpuIntervals, FROM_MS, HOSTS, INTERVALS, SAMPLES } from './data.ts'

const SAMPLES_PER_POST = 16_000

/** Feeds the peer and says what it needed. */
export async function measurePeer(directory: string): Promise<VictoriaMetrics | undefined> {
  await mkdir(directory, { recursive: true })
  const peer = await VictoriaMetrics.start(directory)
  if (peer === undefined) return undefined
  const begun = peer.process.cpuMs()
  const data = { hosts: HOSTS, intervals: INTERVALS, fromMs: FROM_MS }
  await feedPeer(peer, new LineWriter(HOST_SHAPES), hostName, hostIntervals(data))
  await peer.flushAndMerge()
  const used = peer.process.cpuMs() - begun
  const bytes = await sizeOf(join(directory, 'data'))
  const indexBytes = await sizeOf(join(directory, 'indexdb'))
  printTable('VictoriaMetrics, fed line protocol, flushed and merged', [
    {
      samples: SAMPLES,
      'M samples/CPU-s': SAMPLES / used / 1000,
      'B/sample': bytes / SAMPLES,
      'index B/sample': indexBytes / SAMPLES,
    },
  ])
  const nodeName = (host: number): string => `node-${host}`
  await feedPeer(peer, new LineWriter(CPU_SHAPES), nodeName, cpuIntervals())
  await peer.flushAndMerge()
  return peer
}

async function feedPeer(
  peer: VictoriaMetrics,
  lines: LineWriter,
  nameOf: (host: number) => string,
  intervals: Iterable<HostInterval>,
): Promise<void> {
  let text = ''
  let waiting = 0
  for (const { host, timeMs, values } of intervals) {
    text += lines.format(nameOf(host), timeMs, values)
    waiting += values.length
    if (waiting < SAMPLES_PER_POST) continue
    await peer.write(text)
    text = ''
    waiting = 0
  }
  if (waiting > 0) await peer.write(text)
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}
