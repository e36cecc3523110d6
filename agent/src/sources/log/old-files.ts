import type { LogCandidate } from './log-family.ts'
import type { LastRead } from './open-after.ts'

/** The files of a log's family that were there when the log itself was not: all they hold is old. */
export interface OldFiles {
  /** Of the newest one. */
  readonly name: string
  readonly mtimeNs: string
  readonly identities: readonly string[]
}

const KEPT_OLD = 100

export function toOldFiles(files: readonly LogCandidate[]): OldFiles | undefined {
  const last = files.at(-1)
  const identities = files.map(({ identity }) => identity).slice(-KEPT_OLD)
  return last && { name: last.name, mtimeNs: String(last.mtimeNs), identities }
}

/** The files that may hold what was written since; the log itself was not there, whatever had its inode then. */
export function filesSince(
  old: OldFiles | undefined,
  files: readonly LogCandidate[],
  log: LogCandidate,
): readonly LogCandidate[] {
  const identities = old?.identities ?? []
  return files.filter(({ identity, name }) => name === log.name || !identities.includes(identity))
}

/** What was written since came after it. */
export function lastOld(old: OldFiles | undefined): LastRead {
  return { name: old?.name ?? '', mtimeNs: BigInt(old?.mtimeNs ?? 0) }
}
