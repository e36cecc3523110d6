import type { DocumentItem } from '@wardround/protocol'
import type { Tick } from './scheduler.ts'

/** Where samples and documents of a run go: the open batch. */
export interface SampleSink {
  /** `series`: number of the process's SeriesTable, of that subject. */
  addSample(subject: string, tick: Tick, series: number, value: number): void
  addDocument(document: DocumentItem, tick: Tick): void
  /** A sample that existed and could not be taken. */
  countDropped(reason: string, samples: number): void
}
