import type { Rhythm } from '../rhythm.ts'

/** A file system: its size, and what is used of it as time goes on. */
export interface FileSystem {
  readonly path: string
  readonly device: string
  readonly fstype: string
  readonly bytes: number
  /** 0 to 1. */
  readonly used: (timeMs: number) => number
}

/** A process that is watched, with its service. */
export interface WatchedProcess {
  readonly process: string
  readonly unit: string
  readonly memory: number
  readonly files: number
  readonly cpuShare: number
}

/** What a host is and how it lives. */
export interface HostPlan {
  readonly name: string
  readonly cores: number
  readonly memory: number
  readonly isVirtual: boolean
  readonly rhythm: Rhythm
  /** Share of the processors when nothing is asked for, and at the week's busiest. */
  readonly cpu: readonly [idle: number, busy: number]
  /** Waiting for I/O, as a part of what is busy. */
  readonly iowait?: number
  readonly memoryUsed: number
  readonly extraCpu?: (timeMs: number) => number
  readonly extraMemory?: (timeMs: number) => number
  readonly fileSystems: readonly FileSystem[]
  readonly disks: readonly string[]
  /** Reads of its first disk in a second, at its busiest. */
  readonly reads: number
  /** Megabits a second at its busiest. */
  readonly traffic: number
  readonly services: readonly string[]
  readonly processes: readonly WatchedProcess[]
  /** Serial numbers of disks whose SMART values are read. */
  readonly smart: readonly string[]
  /** When it was last started before a time. */
  readonly bootMs: (timeMs: number) => number
  /** Its agent was away, or it was down, at that time: nothing comes. */
  readonly isAway?: (timeMs: number) => boolean
  /** Statements and sources that its agent has. */
  readonly sources: readonly { readonly source: string; readonly type: string }[]
}
