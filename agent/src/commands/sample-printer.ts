import type { SeriesTable } from '@wardround/protocol'
import { pickText, type Language } from '@wardround/program'
import type { Measurements } from '../probe.ts'
import { PROBE_MEASUREMENT } from '../run-report.ts'
import type { SampleSink } from '../sample-sink.ts'

/** Writes samples as `measurement{tag="value"} field value`; of a polled device with its name as `host`, of a state with its word. */
export class SamplePrinter implements SampleSink {
  lines: string[] = []
  /** By name; those of the first run too: a document comes when it changes. */
  readonly documents = new Map<string, string>()
  readonly #table: SeriesTable
  readonly #measurements: Measurements
  readonly #language: Language

  constructor(table: SeriesTable, measurements: Measurements, language: Language) {
    this.#table = table
    this.#measurements = { ...measurements, ...PROBE_MEASUREMENT }
    this.#language = language
  }

  addSample(subject: string, _tick: unknown, series: number, value: number): void {
    const { measurement, tags, field } = this.#table.shapeOf(series)
    const named = subject === '' ? tags : [['host', subject] as const, ...tags]
    const shown = named.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(',')
    const word = this.#wordOf(measurement, field, value)
    this.lines.push(`${measurement}{${shown}} ${field} ${value}${word}`)
  }

  addDocument(document: { readonly name: string; readonly body: unknown }): void {
    this.documents.set(document.name, JSON.stringify(document.body))
  }

  addEvent(event: { readonly kind: string; readonly key: string; readonly body: unknown }): void {
    this.lines.push(`event ${event.kind} ${event.key} ${JSON.stringify(event.body)}`)
  }

  countDropped(reason: string, samples: number): void {
    this.lines.push(`dropped ${samples}: ${reason}`)
  }

  #wordOf(measurement: string, field: string, value: number): string {
    const word = this.#measurements[measurement]?.fields[field]?.states?.[value]
    return word === undefined ? '' : ` (${pickText(word, this.#language)})`
  }
}
