import type { LogCandidate, LogFamily } from './log-family.ts'
import { hasBegun, LogFile, type LogPlace } from './log-file.ts'

/** A file that is read, and how far. */
export interface OpenPlace {
  readonly file: LogFile
  /** Where whole records end, as the last reading found it. */
  place: LogPlace
}

/** What is known of a log's files. */
export interface KnownFiles {
  readonly family: LogFamily
  readonly open: readonly OpenPlace[]
  readonly finished: readonly LogPlace[]
}

/** The newest file that was read, as the family orders them. */
export type LastRead = Pick<LogCandidate, 'name' | 'mtimeNs'>

/** Opens the files that hold what came after the last one, oldest first, as far as one that was renamed since they were listed. @throws ProbeError */
export async function openAfter(
  { family, open, finished }: KnownFiles,
  candidates: readonly LogCandidate[],
  { name, mtimeNs }: LastRead,
  most: number,
): Promise<{ readonly files: LogFile[]; readonly isComplete: boolean }> {
  const last = { name, mtimeNs }
  const known = new Set(open.map(({ file }) => file.identity))
  const newest = candidates.at(-1)
  const files: LogFile[] = []
  for (const candidate of candidates) {
    if (known.has(candidate.identity) || !family.follows(candidate, last)) continue
    if (files.length >= most) return { files, isComplete: false }
    const file = await LogFile.open(candidate)
    if (file === undefined) return { files, isComplete: false } // the next run finds it
    known.add(candidate.identity)
    const isKnown = file.isGzipped
      ? await isReadBefore(file, open, finished)
      : candidate !== newest && (await isCopyOfAny(file, open)) // what is written now is no copy
    if (isKnown) {
      await file.close()
      continue
    }
    const place = finished.find(({ identity }) => identity === candidate.identity)
    if (place !== undefined) await file.resume(place)
    files.push(file)
  }
  return { files, isComplete: true }
}

/** Whether a gzipped file is one that is open, or was read, before it was gzipped. */
async function isReadBefore(
  file: LogFile,
  open: readonly OpenPlace[],
  finished: readonly LogPlace[],
): Promise<boolean> {
  for (const { file: other } of open) if (await file.isLike(other)) return true
  return holdsAny(file, [...open.map(({ place }) => place), ...finished])
}

/** Whether a file is a copy of one that will be emptied, or was just now; it may not be complete yet. */
async function isCopyOfAny(file: LogFile, open: readonly OpenPlace[]): Promise<boolean> {
  for (const { file: other } of open) if (await file.isBeginningOf(other)) return true
  return holdsAny(
    file,
    open.map(({ place }) => place),
  )
}

async function holdsAny(file: LogFile, places: readonly LogPlace[]): Promise<boolean> {
  for (const place of places) if (hasBegun(place) && (await file.holds(place))) return true
  return false
}
