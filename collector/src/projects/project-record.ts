/** Something that a person says was done. Never changed; what is wrong is taken back by another record. */
export interface ProjectRecord {
  readonly id: number
  readonly project: string
  /** inspection, patch_round, arrival … */
  readonly kind: string
  /** When it was done, epoch ms. */
  readonly atMs: number
  /** When it was recorded, epoch ms. */
  readonly recordedAtMs: number
  /** Who did it. */
  readonly who: string
  /** What was done, in a sentence. */
  readonly what: string
  /** The incident that it is about. */
  readonly incident: string | undefined
  /** Id of a record that this one takes back. */
  readonly cancels: number | undefined
}

/** Those of a kind that stand: neither taken back nor themselves only taking back. */
export function standing(
  records: readonly ProjectRecord[],
  kind: string,
): readonly ProjectRecord[] {
  const cancelled = new Set(records.map(({ cancels }) => cancels))
  return records.filter(
    (record) => record.kind === kind && record.cancels === undefined && !cancelled.has(record.id),
  )
}
