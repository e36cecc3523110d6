import { NoDataError } from '../probe.ts'
import type { HostFiles } from './host-files.ts'

/** Bytes that a process made the storage layer move since its start. */
export interface ProcessTransfer {
  readonly readBytes: number
  readonly writeBytes: number
}

const LONGEST_COMMAND_LINE = 4096

/**
 * What /proc/[pid] says beside `stat`. Each reading throws NoDataError once the process has ended, and
 * ProbeError NOT_PERMITTED where the kernel shows it to the process's own user and to root alone.
 */
export class ProcessDetails {
  readonly #files: HostFiles
  #sizeIsCount: boolean | undefined

  constructor(files: HostFiles) {
    this.#files = files
  }

  /** Program and arguments, parted by blanks, the first 4096 bytes; empty of a kernel thread. May hold secrets: match, never send. */
  readCommandLine(pid: number): string {
    const bytes = this.#files.readOnce(`/proc/${pid}/cmdline`)
    const text = bytes.subarray(0, LONGEST_COMMAND_LINE).toString('utf8')
    return text.replaceAll('\0', ' ').trimEnd()
  }

  /** Effective user. From `status`: the owner of /proc/[pid] is root for a process that may not be dumped. */
  readUserId(pid: number): number {
    const text = this.#files.readOnce(`/proc/${pid}/status`).toString('latin1')
    return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1])
  }

  /** @throws ProbeError NOT_PERMITTED for processes of others, unless the agent is root */
  readTransfer(pid: number): ProcessTransfer {
    const text = this.#files.readOnce(`/proc/${pid}/io`).toString('latin1')
    return {
      readBytes: Number(/^read_bytes: (\d+)/m.exec(text)?.[1]),
      writeBytes: Number(/^write_bytes: (\d+)/m.exec(text)?.[1]),
    }
  }

  /** Soft limit of open files; undefined where it is unlimited. */
  readDescriptorLimit(pid: number): number | undefined {
    const text = this.#files.readOnce(`/proc/${pid}/limits`).toString('latin1')
    const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1]
    return soft === undefined ? undefined : Number(soft)
  }

  /**
   * Open files. From Linux 6.2 the size of the directory is their number, for anybody to see; before that,
   * the entries are counted.
   * @throws ProbeError NOT_PERMITTED before 6.2 for processes of others, unless the agent is root
   */
  countDescriptors(pid: number): number {
    const directory = `/proc/${pid}/fd`
    this.#sizeIsCount ??= this.#isSizeCount()
    return this.#sizeIsCount ? this.#files.stat(directory).size : this.#files.list(directory).length
  }

  /** Tried on the agent itself: kernels of distributions have it or not, whatever their number. */
  #isSizeCount(): boolean {
    try {
      const { size } = this.#files.stat('/proc/self/fd')
      return size > 0 && Math.abs(size - this.#files.list('/proc/self/fd').length) <= 1
    } catch (error) {
      if (error instanceof NoDataError) return false
      throw error
    }
  }
}
