import { closeAll, findPlace } from './find-place.ts'
import type { LogFile } from './log-file.ts'
import { openAfter, type KnownFiles } from './open-after.ts'

/** Copies of one file that were made between two runs. */
const MAX_COPIES = 64

/**
 * Opens what holds the text that stood in a file before it was emptied, at the place up to which it was read, and what was copied later.
 * Undefined where files are being renamed, so that one could be missed. @throws ProbeError
 */
export async function openCopies(known: KnownFiles, file: LogFile): Promise<LogFile[] | undefined> {
  const newestNs = await file.lastWriteNs()
  const identities = known.open.map((open) => open.file.identity)
  const candidates = await known.family.list()
  if (candidates === undefined) return undefined
  const others = candidates.filter(({ identity }) => !identities.includes(identity))
  const place = await file.placeAt(file.offset)
  const first = await findPlace(others, { ...place, identity: '' })
  if (first === 'moved') return undefined
  if (first === undefined) return []
  // What is newer than the emptied file comes after it.
  const later = others.filter(
    ({ identity, mtimeNs }) => identity !== first.identity && mtimeNs <= newestNs,
  )
  const { files, isComplete } = await openAfter(known, later, first, MAX_COPIES)
  if (isComplete || files.length >= MAX_COPIES) return [first, ...files]
  await closeAll([first, ...files])
  return undefined
}
