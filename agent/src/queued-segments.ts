interface Segment {
  batches: number
  samples: number
  readonly epochs: Set<string>
}

/** What waits in each segment of a disk queue: the counts that stay right when records can't be read any more. */
export class QueuedSegments {
  /** By number, rising. A segment stays, with nothing in it, until it is forgotten: its records are still on disk. */
  readonly #segments = new Map<number, Segment>()

  get batches(): number {
    let batches = 0
    for (const segment of this.#segments.values()) batches += segment.batches
    return batches
  }

  /** The first segment that something waits in. */
  get oldest(): number | undefined {
    for (const [number, { batches }] of this.#segments) if (batches > 0) return number
    return undefined
  }

  /** Epochs of all records, waiting or not. */
  get epochs(): Set<string> {
    return new Set([...this.#segments.values()].flatMap(({ epochs }) => [...epochs]))
  }

  has(number: number): boolean {
    return this.#segments.has(number)
  }

  /** Segments are added in rising order. */
  add(number: number, epoch: string, samples: number): void {
    let segment = this.#segments.get(number)
    if (segment === undefined) {
      segment = { batches: 0, samples: 0, epochs: new Set() }
      this.#segments.set(number, segment)
    }
    segment.batches++
    segment.samples += samples
    segment.epochs.add(epoch)
  }

  /** One batch less. */
  remove(number: number, samples: number): void {
    const segment = this.#segments.get(number)
    if (segment === undefined) return
    segment.batches--
    segment.samples -= samples
  }

  /** Everything that waits in a segment; it is gone afterwards. */
  takeSegment(number: number): number {
    const samples = this.#segments.get(number)?.samples ?? 0
    this.#segments.delete(number)
    return samples
  }

  /**
   * A reader has passed all segments before `reached`: what waits there and was not taken can't be read. Gives the samples of
   * each such segment and stops counting them. `taken`: batches that were read and wait for their settlement.
   */
  takeUnmet(
    reached: number,
    taken: Iterable<{ readonly segment: number; readonly samples: number }>,
  ): number[] {
    const passed = [...this.#segments].filter(
      ([number, { batches, samples }]) => number < reached && (batches > 0 || samples > 0),
    )
    if (passed.length === 0) return []
    const met = new Map<number, { batches: number; samples: number }>()
    for (const { segment, samples } of taken) {
      const sum = met.get(segment) ?? { batches: 0, samples: 0 }
      met.set(segment, { batches: sum.batches + 1, samples: sum.samples + samples })
    }
    const unmet: number[] = []
    for (const [number, segment] of passed) {
      const known = met.get(number) ?? { batches: 0, samples: 0 }
      // Also a batch that was read without all of its samples leaves some here.
      if (segment.batches <= known.batches && segment.samples <= known.samples) continue
      unmet.push(segment.samples - known.samples)
      segment.batches = known.batches
      segment.samples = known.samples
    }
    return unmet
  }

  /** Segments before this one are deleted; gives the samples that still counted as waiting in them. */
  forgetBefore(number: number): number {
    let samples = 0
    for (const known of this.#segments.keys())
      if (known < number) samples += this.takeSegment(known)
    return samples
  }
}
