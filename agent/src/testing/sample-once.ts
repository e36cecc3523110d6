import type { JsonValue, LocalizedText } from '@wardround/protocol'

import type { EventOrigin, Probe } from '../probe.ts'

/** All that one run of a probe gave. */
export interface SampledRun {
  readonly samples: readonly {
    readonly measurement: string
    /** Where it is not the session's own. */
    readonly subject?: string
    readonly tags: Readonly<Record<string, string>>
    readonly fields: Readonly<Record<string, number | undefined>>
  }[]
  readonly documents: readonly { name: string; keep: 'history' | 'newest'; body: JsonValue }[]
  readonly events: readonly {
    kind: string
    key: string
    body: JsonValue
    about?: EventOrigin
  }[]
  readonly remarks: readonly LocalizedText[]
  /** For the next run's `memory`. */
  readonly memory: unknown
}

/** What a test says of a run; times are 0 and options the declared defaults unless given. */
export interface SampleOnceOptions {
  readonly options?: Readonly<Record<string, unknown>>
  readonly memory?: unknown
  readonly timeMs?: number
  readonly monotonicMs?: number
  readonly signal?: AbortSignal
}

/**
 * Runs a probe once on a session, outside of runner and scheduler, for its test.
 * @throws Error for a measurement, tag or field that the probe does not declare, and what sample() throws
 */
export async function sampleOnce(
  probe: Probe,
  session: unknown,
  given: SampleOnceOptions = {},
): Promise<SampledRun> {
  const samples: SampledRun['samples'][number][] = []
  const documents: SampledRun['documents'][number][] = []
  const events: SampledRun['events'][number][] = []
  const remarks: LocalizedText[] = []
  const memory = await probe.sample({
    session,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an erased probe's options have no static type
    options: { ...defaultOptions(probe), ...given.options } as Parameters<
      Probe['sample']
    >[0]['options'],
    memory: given.memory,
    timeMs: given.timeMs ?? 0,
    monotonicMs: given.monotonicMs ?? 0,
    signal: given.signal ?? new AbortController().signal,
    emit(measurement, tags, fields, { subject } = {}) {
      const of = subject === undefined ? {} : { subject }
      const sample = { measurement, ...of, tags: withoutMissing(tags), fields: { ...fields } }
      checkNames(probe, sample)
      samples.push(sample)
    },
    emitDocument: (name, keep, body) => documents.push({ name, keep, body }),
    emitEvent: (kind, key, body, about) =>
      events.push({ kind, key, body, ...(about === undefined ? {} : { about }) }),
    remark: (text) => remarks.push(text),
  })
  return { samples, documents, events, remarks, memory }
}

/** A descriptive tag may be undefined: it is not sent then. */
function withoutMissing(
  tags: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function defaultOptions(probe: Probe): Record<string, unknown> {
  const entries = Object.entries(probe.options ?? {})
  return Object.fromEntries(entries.map(([name, option]) => [name, option.default]))
}

function checkNames(probe: Probe, sample: SampledRun['samples'][number]): void {
  const declared = probe.measurements[sample.measurement]
  if (!declared) throw new Error(`${probe.name} declares no measurement ${sample.measurement}`)
  const tags = [...declared.identifyingTags, ...(declared.descriptiveTags ?? [])]
  const unknown = [
    ...Object.keys(sample.tags).filter((tag) => !tags.includes(tag)),
    ...Object.keys(sample.fields).filter((field) => !(field in declared.fields)),
  ]
  if (unknown.length > 0) {
    throw new Error(`${probe.name} declares no ${unknown.join(', ')} in ${sample.measurement}`)
  }
  const wrong = Object.entries(sample.fields).find(([, value]) => Number.isNaN(value))
  if (wrong) throw new Error(`${probe.name} gave ${wrong[0]} of ${sample.measurement} as no number`)
}
