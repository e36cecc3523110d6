import type { DocumentItem, EventItem } from '@wardround/protocol'
import type { Tick } from './scheduler.ts'

/** Where samples, documents and events of a run go: the open batch. */
export interface SampleSink {
  /** `series`: number of the process's SeriesTable, of that subject. */
  addSample(subject: string, tick: Tick, series: number, value: number): void
  addDocument(document: DocumentItem, tick: Tick): void
  addEvent(event: EventItem, tick: Tick): void
  /** A sample that existed and could not be taken. */
  countDropped(reason: string, samples: number): void
}
