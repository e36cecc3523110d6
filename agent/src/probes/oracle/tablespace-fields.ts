import { flagOf, numberOf, percentOf, placeOf, textOf, type Row } from '../../row.ts'

const STATUSES = ['ONLINE', 'OFFLINE', 'READ ONLY']

/** Rows of the views that know what is used, by container and tablespace; undefined where a view did not answer. */
export interface SpaceRows {
  readonly free: ReadonlyMap<string, Row> | undefined
  readonly undo: ReadonlyMap<string, Row> | undefined
  readonly temp: ReadonlyMap<string, Row> | undefined
}

export function byTablespace(
  rows: readonly Row[] | undefined,
): ReadonlyMap<string, Row> | undefined {
  return rows === undefined ? undefined : new Map(rows.map((row) => [keyOf(row), row]))
}

function keyOf(row: Row): string {
  return `${textOf(row, 'CON_ID')} ${textOf(row, 'TABLESPACE_NAME')}`
}

/** The fields of one tablespace, from its row of sizes and what the other views know of it. */
export function tablespaceFields(row: Row, space: SpaceRows) {
  const status = placeOf(STATUSES, textOf(row, 'STATUS'))
  const fileBytes = numberOf(row, 'FILE_BYTES')
  const maxBytes = numberOf(row, 'MAX_BYTES')
  const isKnown = status !== 2 && fileBytes !== undefined
  const usedBytes = isKnown ? usedOf(row, fileBytes, space) : undefined
  const heldBytes = isKnown && isUndo(row) ? heldOf(row, fileBytes, space) : undefined
  return {
    file_bytes: fileBytes,
    max_bytes: maxBytes,
    used_bytes: usedBytes,
    free_bytes: usedBytes === undefined || !isKnown ? undefined : fileBytes - usedBytes,
    undo_held_bytes: heldBytes,
    used_percent_of_file: percentOf(usedBytes, fileBytes),
    used_percent_of_max: percentOf(usedBytes, maxBytes),
    undo_held_percent_of_max: percentOf(heldBytes, maxBytes),
    status,
    autoextensible: flagOf(row, 'AUTOEXTENSIBLE'),
    files: numberOf(row, 'FILES'),
    offline_files: numberOf(row, 'OFFLINE_FILES'),
  }
}

/** The views are read one after the other: a file that grew or shrank between two of them must give no nonsense. */
function usedOf(row: Row, fileBytes: number, space: SpaceRows): number | undefined {
  const used = usedAsTold(row, fileBytes, space)
  return used === undefined ? undefined : Math.min(fileBytes, Math.max(0, used))
}

/** A tablespace that is missing in a view that answered: full (no free extent), or without undo or sorts. */
function usedAsTold(row: Row, fileBytes: number, space: SpaceRows): number | undefined {
  const key = keyOf(row)
  if (textOf(row, 'CONTENTS') === 'TEMPORARY') {
    if (space.temp === undefined) return undefined
    const found = space.temp.get(key)
    return found === undefined ? 0 : numberOf(found, 'USED_BYTES')
  }
  if (isUndo(row)) {
    const active = undoOf(row, space, 'ACTIVE_BYTES')
    const unexpired = undoOf(row, space, 'UNEXPIRED_BYTES')
    return active === undefined || unexpired === undefined ? undefined : active + unexpired
  }
  if (space.free === undefined) return undefined
  const found = space.free.get(key)
  return fileBytes - (found === undefined ? 0 : (numberOf(found, 'FREE_BYTES') ?? 0))
}

function heldOf(row: Row, fileBytes: number, space: SpaceRows): number | undefined {
  const isGuaranteed = textOf(row, 'RETENTION') === 'GUARANTEE'
  const held = isGuaranteed ? usedAsTold(row, fileBytes, space) : undoOf(row, space, 'ACTIVE_BYTES')
  return held === undefined ? undefined : Math.min(fileBytes, held)
}

function isUndo(row: Row): boolean {
  return textOf(row, 'CONTENTS') === 'UNDO'
}

function undoOf(row: Row, { undo }: SpaceRows, column: string): number | undefined {
  if (undo === undefined) return undefined
  const found = undo.get(keyOf(row))
  return found === undefined ? 0 : numberOf(found, column)
}
