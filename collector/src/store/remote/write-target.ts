import type { ConnectionOptions } from 'node:tls'
import type { Backslash } from './line-text.ts'

/** Where lines are written to, as plain data: it goes to the thread that writes. */
export interface WriteTarget {
  /** Scheme, host, port and, behind a proxy, the path before everything. */
  readonly url: string
  /** Path and query of the write, times in milliseconds. */
  readonly path: string
  readonly backslash: Backslash
  /** What it took less than so long ago it may still lose by its own death; 0: it answers when it is safe. */
  readonly settlesMs: number
  /** With the sign-in. */
  readonly headers: Readonly<Record<string, string>>
  /** In which an answer must come. */
  readonly deadlineMs: number
  readonly gzip: boolean
  readonly tls: Pick<ConnectionOptions, 'ca'>
  /** For tests. */
  readonly nowMs?: () => number
}
