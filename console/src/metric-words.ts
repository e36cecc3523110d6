import type { FieldDeclaration, LocalizedText, ProbeDeclaration } from '@wardround/protocol/api'

/** What is known of a measurement beside its values: how it is called, how often it comes, what its fields mean. */
export interface MeasurementWords {
  readonly help: LocalizedText
  readonly everySeconds: number
  readonly fields: Readonly<Record<string, FieldDeclaration>>
}

let loading: Promise<ReadonlyMap<string, MeasurementWords>> | undefined

/** The declarations of all metrics, loaded when they are first wanted: they are larger than the rest of the page. */
export function loadMetricWords(): Promise<ReadonlyMap<string, MeasurementWords>> {
  loading ??= import('@wardround/protocol/catalogue').then(({ CATALOGUE }) => toWords(CATALOGUE))
  return loading
}

/** By measurement; one that several probes give has the fields of all, and the longest of their intervals. */
export function toWords(
  catalogue: readonly ProbeDeclaration[],
): ReadonlyMap<string, MeasurementWords> {
  const words = new Map<string, MeasurementWords>()
  for (const { help, everySeconds, measurements } of catalogue) {
    for (const [name, { fields }] of Object.entries(measurements)) {
      const known = words.get(name)
      words.set(name, {
        help: known?.help ?? help,
        everySeconds: Math.max(known?.everySeconds ?? 0, everySeconds),
        fields: { ...known?.fields, ...fields },
      })
    }
  }
  return words
}
