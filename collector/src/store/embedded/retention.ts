/** How long each kind of data is kept, in ms. */
export interface Retention {
  /** Samples as they came. */
  readonly rawMs: number
  /** Rollups of 5 minutes. */
  readonly fiveMinutesMs: number
  /** Rollups of an hour. */
  readonly oneHourMs: number
}
