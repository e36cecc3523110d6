import type { StatsFs } from 'node:fs'

/** Room of one file system, as statfs(2) has it. */
export interface Space {
  readonly totalBytes: number
  /** Free to anybody. */
  readonly availableBytes: number
  /** Free to root: more by what is reserved. */
  readonly freeBytes: number
  readonly inodes: number
  readonly inodesFree: number
}

/** What asking a file system came to. */
export type SpaceAnswer =
  | { readonly kind: 'answered'; readonly space: Space }
  /** The call has not come back for so long. No other is made until it does. */
  | { readonly kind: 'hanging'; readonly forMs: number }
  /** This user may not pass a directory on the way. */
  | { readonly kind: 'forbidden' }
  /** It has been unmounted meanwhile. */
  | { readonly kind: 'gone' }
  /** With the code of the system's error, e.g. EIO, ESTALE, or one of MountHelper's. */
  | { readonly kind: 'failed'; readonly code: string }

/** Blocks are counted in fragments (`frsize`) where a file system tells the two apart. */
export function toSpace(statistics: StatsFs): Space {
  const unit = statistics.frsize > 0 ? statistics.frsize : statistics.bsize
  return {
    totalBytes: statistics.blocks * unit,
    availableBytes: statistics.bavail * unit,
    freeBytes: statistics.bfree * unit,
    inodes: statistics.files,
    inodesFree: statistics.ffree,
  }
}

export function toFailedAnswer(code: string): SpaceAnswer {
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden' }
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' }
  return { kind: 'failed', code }
}
