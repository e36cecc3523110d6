import type { HostFiles } from './host-files.ts'
import { parseMeminfo, type Meminfo } from './parse-meminfo.ts'

/** /proc/meminfo, read and parsed once per tick however many probes ask. */
export class MemoryTable {
  readonly #files: HostFiles
  #values: Meminfo = new Map()
  #timeMs = -1

  constructor(files: HostFiles) {
    this.#files = files
  }

  /**
   * The values at the tick `timeMs`.
   * @throws NoDataError where there is no /proc/meminfo
   */
  read(timeMs: number): Meminfo {
    if (timeMs === this.#timeMs) return this.#values
    this.#values = parseMeminfo(this.#files.read('/proc/meminfo'))
    this.#timeMs = timeMs
    return this.#values
  }
}
