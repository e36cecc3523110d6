import type { CommandRunner } from '../commands.ts'
import type { CompareVersions } from './compare-versions.ts'
import type { PendingUpdate } from './pending-updates.ts'

/** What a package manager is asked through; paths are below `root`, programs are the host's own. */
export interface PackageHost {
  readonly root: string
  readonly commands: CommandRunner
  /** Directory of its programs, /usr/bin. */
  readonly programs: string
  readonly signal: AbortSignal
}

/** One kind of package manager, read only and without network. */
export interface PackageManager {
  readonly name: 'apt' | 'dnf' | 'yum'
  readonly compare: CompareVersions
  /** Whether this host has it. */
  isThere(host: PackageHost): Promise<boolean>
  /** When its package lists were last refreshed, epoch ms; undefined: never, or nobody may see. */
  refreshedAtMs(host: PackageHost): Promise<number | undefined>
  /** What it would update by those lists. @throws ProbeError */
  pending(host: PackageHost): Promise<readonly PendingUpdate[]>
  /** Names and versions of what is installed. @throws ProbeError */
  installed(host: PackageHost): Promise<ReadonlyMap<string, readonly string[]>>
  /** When a package was last updated, epoch ms. @throws ProbeError */
  lastPatchMs(host: PackageHost): Promise<number | undefined>
  /** Whether the host says itself that it must be restarted; undefined: it does not tell. */
  rebootRequired(host: PackageHost): Promise<boolean | undefined>
}

export const LONG_RUN = { deadlineMs: 120_000, maxBytes: 16 * 1_048_576 } as const
