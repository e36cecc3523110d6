import type { Random } from '../random.ts'

/** What the parts of a host share, as it moves on from interval to interval. */
export interface HostState {
  /** One for all parts: the order in which they draw is a part of the model. */
  readonly random: Random
  /** Of an interval. */
  readonly seconds: number
  readonly bootSeconds: number
  /** Where its activity comes back to. */
  readonly level: number
  /** 0 idle … 1 busy: what its CPU, disks and network follow. */
  activity: number
  uptimeSeconds: number
}
