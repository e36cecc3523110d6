/**
 * Something that no sample says: it was found by comparing what should be with what is. It stands as long as it is found; FINDING_KINDS says
 * which members each kind has.
 */
export interface Finding {
  readonly kind: string
  /** Host or device, or the id of the project that it is about. */
  readonly host: string
  /** What tells it from others of its kind and host. */
  readonly tags: Readonly<Record<string, string>>
  readonly value: number
  /** Words that texts show beside the value. */
  readonly details: Readonly<Record<string, string>>
}
