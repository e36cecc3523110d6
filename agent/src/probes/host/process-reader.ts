import { NoDataError, ProbeError } from '../../probe.ts'
import type { ProcessDetails } from '../../sources/process-details.ts'
import type { FoundProcess, ProcessRecord } from './service-finder.ts'
import type { ProcessReading } from './service-usage.ts'

/** Limits hardly change, and a refusal hardly ends: both are asked for again once in so many runs. */
const ASK_AGAIN_RUNS = 12

interface Asked {
  run: number
  limit: number | undefined
  transferRefused: boolean
  descriptorsRefused: boolean
}

/** Reads what a service's process uses. What the kernel refuses is missing, and not asked for each time. */
export class ProcessReader {
  readonly #asked = new WeakMap<ProcessRecord, Asked>()
  #run = 0

  startRun(): void {
    this.#run += 1
  }

  /** Undefined for a process that has ended meanwhile. */
  read(details: ProcessDetails, { row, record }: FoundProcess): ProcessReading | undefined {
    try {
      const asked = this.#ask(details, row.pid, record)
      return {
        pid: row.pid,
        startTicks: row.startTicks,
        isNew: record.isNew,
        cpuTicks: row.cpuTicks,
        threads: row.threads,
        residentPages: row.residentPages,
        descriptorLimit: asked.limit,
        transfer: asked.transferRefused
          ? undefined
          : unlessRefused(
              () => details.readTransfer(row.pid),
              () => (asked.transferRefused = true),
            ),
        descriptors: asked.descriptorsRefused
          ? undefined
          : unlessRefused(
              () => details.countDescriptors(row.pid),
              () => (asked.descriptorsRefused = true),
            ),
      }
    } catch (error) {
      if (error instanceof NoDataError) return undefined
      throw error
    }
  }

  #ask(details: ProcessDetails, pid: number, record: ProcessRecord): Asked {
    const known = this.#asked.get(record)
    if (known && this.#run - known.run < ASK_AGAIN_RUNS) return known
    const asked = {
      run: this.#run,
      limit: unlessRefused(
        () => details.readDescriptorLimit(pid),
        () => undefined,
      ),
      transferRefused: false,
      descriptorsRefused: false,
    }
    this.#asked.set(record, asked)
    return asked
  }
}

function unlessRefused<T>(read: () => T, onRefusal: () => void): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProbeError && error.code === 'NOT_PERMITTED')) throw error
    onRefusal()
    return undefined
  }
}
