import type { ProcessTransfer } from '../../sources/process-details.ts'

/** One process of a service at one run. */
export interface ProcessReading {
  readonly pid: number
  readonly startTicks: number
  /** Started since the run before. */
  readonly isNew: boolean
  readonly cpuTicks: number
  readonly threads: number
  readonly residentPages: number
  /** Missing where this user may not read it. */
  readonly transfer: ProcessTransfer | undefined
  readonly descriptors: number | undefined
  readonly descriptorLimit: number | undefined
}

/** What is kept of a service from run to run. */
export interface ServiceMemory {
  readonly processes: ReadonlyMap<number, ProcessReading>
  readonly readBytes: number
  readonly writeBytes: number
}

/** A service's processes taken together. */
export interface ServiceUsage {
  readonly cpuTicks: number
  readonly residentPages: number
  readonly threads: number
  /** Both of the process that is nearest to its limit. */
  readonly descriptors: number | undefined
  readonly descriptorLimit: number | undefined
  /** Since the agent began to watch; missing unless every process's can be read. */
  readonly readBytes: number | undefined
  readonly writeBytes: number | undefined
  readonly oldestStartTicks: number
  readonly memory: ServiceMemory
}

const NOTHING_BEFORE: ServiceMemory = { processes: new Map(), readBytes: 0, writeBytes: 0 }

/**
 * Adds up the processes of a service, at least one. CPU and bytes are sums of what each process used since
 * the run before, so that they never fall when one of many processes ends: one that started meanwhile
 * counts whole, one met for the first time counts from now on.
 */
export function evaluateServiceUsage(
  before: ServiceMemory = NOTHING_BEFORE,
  now: readonly ProcessReading[],
): ServiceUsage {
  let [cpuTicks, residentPages, threads] = [0, 0, 0]
  let { readBytes, writeBytes } = before
  for (const process of now) {
    const earlier = earlierReading(before, process)
    cpuTicks += rise(earlier?.cpuTicks, process.cpuTicks)
    readBytes += rise(earlier?.transfer?.readBytes, process.transfer?.readBytes)
    writeBytes += rise(earlier?.transfer?.writeBytes, process.transfer?.writeBytes)
    residentPages += process.residentPages
    threads += process.threads
  }
  const everyTransferKnown = now.every((process) => process.transfer !== undefined)
  return {
    cpuTicks,
    residentPages,
    threads,
    ...nearestToLimit(now),
    readBytes: everyTransferKnown ? readBytes : undefined,
    writeBytes: everyTransferKnown ? writeBytes : undefined,
    oldestStartTicks: now.reduce(
      (oldest, process) => Math.min(oldest, process.startTicks),
      Number.POSITIVE_INFINITY,
    ),
    memory: {
      processes: new Map(now.map((process) => [process.pid, process])),
      readBytes,
      writeBytes,
    },
  }
}

/** Of a new process: nothing used yet. */
function earlierReading(
  before: ServiceMemory,
  process: ProcessReading,
): Pick<ProcessReading, 'cpuTicks' | 'transfer'> | undefined {
  const known = before.processes.get(process.pid)
  if (known?.startTicks === process.startTicks) return known
  return process.isNew ? { cpuTicks: 0, transfer: { readBytes: 0, writeBytes: 0 } } : undefined
}

function rise(before: number | undefined, now: number | undefined): number {
  return before === undefined || now === undefined ? 0 : Math.max(0, now - before)
}

function nearestToLimit(
  now: readonly ProcessReading[],
): Pick<ServiceUsage, 'descriptors' | 'descriptorLimit'> {
  let nearest: ProcessReading | undefined
  for (const process of now) {
    if (process.descriptors === undefined) continue
    if (nearest === undefined || shareOfLimit(process) > shareOfLimit(nearest)) nearest = process
  }
  return { descriptors: nearest?.descriptors, descriptorLimit: nearest?.descriptorLimit }
}

function shareOfLimit(process: ProcessReading): number {
  return (process.descriptors ?? 0) / (process.descriptorLimit ?? Number.MAX_SAFE_INTEGER)
}
