import { basename, join } from 'node:path'
import { errnoCode } from './errors.ts'
import type { RecoveryContext } from './recovery-context.ts'
import { formatSegmentFileName, MOVING } from './segment-file-name.ts'
import type { SegmentName } from './segment-file-name.ts'
import { setAside } from './segment-inspection.ts'
import type { InspectedSegment } from './segment-inspection.ts'

/**
 * Gives segment files the name that their header says, where the two differ (files that were swapped or restored under wrong names): positions and
 * order go by it. In two steps over `<name>.moving`, which the next start picks up when this one is interrupted. Returns the segments in order.
 */
export function restoreSegmentNames(
  context: RecoveryContext,
  segments: readonly InspectedSegment[],
): InspectedSegment[] {
  const right = segments.filter((found) => isNamedRight(found))
  if (right.length === segments.length) return right
  const taken = new Set(right.map(({ segment }) => segment))
  const moving = segments
    .filter((found) => !isNamedRight(found))
    .flatMap((found) => rename(context, found, `${found.path.replace(MOVING, '')}${MOVING}`))
  for (const found of moving) {
    const name = trueName(found)
    const { segment } = name
    if (taken.has(segment)) {
      setAside(context, { ...found, state: 'garbage' })
      continue
    }
    taken.add(segment)
    const path = join(context.directory, formatSegmentFileName(name))
    right.push(...rename(context, { ...found, segment }, path))
  }
  return right.sort((a, b) => a.segment - b.segment)
}

function trueName({ header, segment, firstNumber }: InspectedSegment): SegmentName {
  return header ?? { segment, firstNumber }
}

function isNamedRight(found: InspectedSegment): boolean {
  return basename(found.path) === formatSegmentFileName(trueName(found))
}

/** The segment under its new path; none when the file system refuses. */
function rename(
  { files }: RecoveryContext,
  found: InspectedSegment,
  path: string,
): InspectedSegment[] {
  if (found.path === path) return [found]
  try {
    files.renameSync(found.path, path)
    return [{ ...found, path }]
  } catch (error) {
    // Under its present name its records can't be put in order: it stays where it is for the next start.
    if (errnoCode(error) === undefined) throw error
    return []
  }
}
