import { NoDataError, ProbeError } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { mayHangAt } from './choose-mounts.ts'
import { parseMountinfo, type Mount } from './parse-mountinfo.ts'

const MOUNTINFO = '/proc/self/mountinfo'
const MOUNTS_KEPT_MS = 60_000

/** A pid; `absent`: no file, or no pid in it, the service is down; `unreadable`: not known. */
export type PidfileAnswer = number | 'absent' | 'unreadable'

/** Reads pid files, those of local file systems only: the reading has no deadline. */
export class PidfileReader {
  #mounts: readonly Mount[] = []
  #mountsAtMs = Number.NEGATIVE_INFINITY

  read(files: HostFiles, pidfile: string, timeMs: number): PidfileAnswer {
    try {
      if (mayHangAt(pidfile, this.#readMounts(files, timeMs))) return 'unreadable'
      const text = files.readOnce(pidfile).toString('latin1').trim()
      return Number(/^\d+/.exec(text)?.[0]) || 'absent'
    } catch (error) {
      if (error instanceof NoDataError) return 'absent'
      if (error instanceof ProbeError && error.code === 'NOT_PERMITTED') return 'unreadable'
      throw error
    }
  }

  #readMounts(files: HostFiles, timeMs: number): readonly Mount[] {
    if (Math.abs(timeMs - this.#mountsAtMs) < MOUNTS_KEPT_MS) return this.#mounts
    const bytes = files.readOnceIfThere(MOUNTINFO)
    this.#mounts = bytes ? parseMountinfo(bytes) : []
    this.#mountsAtMs = timeMs
    return this.#mounts
  }
}
