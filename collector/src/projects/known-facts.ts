import type { ProjectRecord } from './project-record.ts'
import type { SeenPoints } from './seen-points.ts'

/** What the identity of a host says: collector.yaml. */
export interface Identity {
  readonly name: string
  readonly project?: string | undefined
  readonly role?: string | undefined
}

/** What the collector knows, against which project files are held. */
export interface KnownFacts {
  readonly seen: Pick<SeenPoints, 'seenAtMs' | 'find'>
  readonly identities: readonly Identity[]
  /** What people have recorded for a project, oldest first. */
  records(project: string): readonly ProjectRecord[]
  /** Since when this process watches: what was never seen is missed some time after. */
  readonly sinceMs: number
  readonly atMs: number
}
