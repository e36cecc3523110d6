import { isGzipped, type LogCandidate, type LogFamily } from './log-family.ts'
import { LogFile, type LogPlace } from './log-file.ts'

/** Gzipped files that are looked into for one place. */
const MOST_UNPACKED = 8
/** What keeps a file's time only to the second. */
const CLOCK_STEP_NS = 1_000_000_000n

/** The files in which places are, as far as they are there; undefined where files are being renamed, so that one could be missed. @throws ProbeError */
export async function findPlaces(
  family: Pick<LogFamily, 'list'>,
  places: readonly LogPlace[],
): Promise<LogFile[] | undefined> {
  const files: LogFile[] = []
  for (const place of places) {
    const candidates = await family.list()
    const file = candidates === undefined ? 'moved' : await findPlace(candidates, place)
    if (file === 'moved') {
      await closeAll(files)
      return undefined
    }
    if (file !== undefined) files.push(file)
  }
  return files
}

/**
 * The file in which the place is: the same inode, else a copy that has the same text before it. `moved` where one that may be it was renamed or
 * gzipped since the list was made.
 */
export async function findPlace(
  candidates: readonly LogCandidate[],
  place: LogPlace,
): Promise<LogFile | 'moved' | undefined> {
  let hasMoved = false
  const same = candidates.filter(({ identity }) => identity === place.identity)
  const others = candidates.filter(({ identity }) => identity !== place.identity)
  const copies = others.filter(
    ({ name, size }) => place.mark !== '' && !isGzipped(name) && size >= place.offset,
  )
  for (const candidate of [...same, ...copies.reverse(), ...gzippedOf(others, place)]) {
    const file = await LogFile.open(candidate)
    if (file === undefined) {
      hasMoved = true
      continue
    }
    if (await file.resume(place)) return file
    await file.close()
  }
  return hasMoved ? 'moved' : undefined
}

/** Unpacking takes time: the few that can be it, by the time of their last line, which gzip keeps. */
function gzippedOf(
  candidates: readonly LogCandidate[],
  { mark, mtimeNs }: LogPlace,
): readonly LogCandidate[] {
  if (mark === '') return []
  const since = BigInt(mtimeNs)
  const packed = candidates.filter(({ name }) => isGzipped(name))
  const later = packed.filter((candidate) => candidate.mtimeNs >= since)
  const justBefore = packed.filter(
    (candidate) => candidate.mtimeNs < since && candidate.mtimeNs >= since - CLOCK_STEP_NS,
  )
  return [...later, ...justBefore.reverse()].slice(0, MOST_UNPACKED)
}

export async function closeAll(files: readonly LogFile[]): Promise<void> {
  for (const file of files) await file.close()
}
