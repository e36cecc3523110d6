/** One measurement of a host with one set of tags. */
export interface Part {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: readonly string[]
}

export interface MovingPart extends Part {
  /** Moves on by one interval and writes one value per field from `at` on. */
  measure(values: Float64Array, at: number): void
}
