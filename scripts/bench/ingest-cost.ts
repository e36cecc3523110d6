import { pass } from './bundled-collector.ts'
import type { MeasuredProcess } from './measured-process.ts'

/*
 * What it costs to take samples in, with the merges that follow.
 */

/** The store merges an hour of the past when it was quiet for two minutes … */
const MERGES_AFTER_MS = 125_000
const IDLE_MS = 20_000
/** … and when it has been over for so long. */
const OVER_MS = 21 * 60_000

export interface Cost {
  readonly samples: number
  /** Until every sample was in the store's head or parts. */
  readonly cpuMs: number
  readonly wallMs: number
  /** Of the merges afterwards, the share of these samples. */
  readonly mergeCpuMs: number
  readonly rssMiB: number
}

/** The end of the newest hour that the store merges, epoch ms. */
export function overMs(): number {
  return Math.floor((Date.now() - OVER_MS) / 3_600_000) * 3_600_000
}

/** CPU time per ms of a collector that nobody sends to. */
export async function idleCost(process: MeasuredProcess): Promise<number> {
  // what the feed left behind
  await pass(5_000)
  const beginMs = process.cpuMs()
  await pass(IDLE_MS)
  return (process.cpuMs() - beginMs) / IDLE_MS
}

/** CPU from the end of the feed until nothing more is to be done, less what an idle collector takes. */
export async function costOfMerges(process: MeasuredProcess, idle: number): Promise<number> {
  const begin = { cpuMs: process.cpuMs(), atMs: performance.now() }
  await pass(MERGES_AFTER_MS)
  const endMs = await untilIdle(process)
  return endMs - begin.cpuMs - idle * (performance.now() - begin.atMs)
}

/** Resolves with the CPU time at which the program came to rest: less than a tenth of a core over two seconds. */
export async function untilIdle(process: MeasuredProcess): Promise<number> {
  for (let lastMs = process.cpuMs(); ;) {
    await pass(2_000)
    const nowMs = process.cpuMs()
    if (nowMs - lastMs < 200) return nowMs
    lastMs = nowMs
  }
}

/** M samples per CPU-second. */
export function perSecond({ samples, cpuMs, mergeCpuMs }: Cost): number {
  return samples / (cpuMs + mergeCpuMs) / 1000
}
