import type { FieldDeclaration } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'

import { NoDataError, type Probe } from '../probe.ts'
import { sampleOnce, type SampledRun, type SampleOnceOptions } from './sample-once.ts'

/** What the contract test needs to know of a probe. */
export interface ProbeSetting {
  /** Opens a session in which the probe finds something. */
  open(): Promise<AsyncDisposable & { readonly session: unknown }>
  /** Makes time pass in that session, between a first and a second run. */
  advance?(opened: { readonly session: unknown }): Promise<void>
  /** Beside the declared defaults. */
  readonly options?: Readonly<Record<string, unknown>>
}

const LONGEST_TAG = 256
const MOST_SERIES = 5_000
const INTERVAL_MS = 10_000

/** The behaviour that every probe owes to the runner. Its own test adds the values that it must find. */
export function describeProbe(probe: Probe, setting: ProbeSetting): void {
  describe(`contract of ${probe.name}`, () => {
    test('emits something within two runs, and only what it declares, as numbers', async () => {
      const runs = await runTwice(probe, setting)
      const values = runs.flatMap((sampled) => listValues(probe, sampled))
      expect(values.length + runs.flatMap(({ documents }) => documents).length).toBeGreaterThan(0)
      for (const { name, value, field } of values) expectValue(name, value, field)
    })

    test('gives each sample its identifying tags, short and printable', async () => {
      for (const { samples } of await runTwice(probe, setting)) {
        for (const { measurement, tags } of samples) {
          const identifying = probe.measurements[measurement]?.identifyingTags ?? []
          expect(Object.keys(tags)).toEqual(expect.arrayContaining([...identifying]))
          for (const value of Object.values(tags)) expectTag(value)
        }
      }
    })

    test('has the same series in each run of an unchanged system, and not too many', async () => {
      const [first, second] = await runTwice(probe, setting)
      const names = new Set(listSeries(first))
      const later = listSeries(second)
      expect(new Set(later).size, 'a series twice in one run').toBe(later.length)
      // Ratios over the interval appear with the second run.
      expect([...names].filter((name) => !later.includes(name))).toEqual([])
      expect(later.length).toBeLessThanOrEqual(MOST_SERIES)
    })

    test('comes back when its signal is aborted', async () => {
      await using opened = await setting.open()
      const abort = new AbortController()
      const running = sampleOnce(probe, opened.session, {
        ...(setting.options && { options: setting.options }),
        signal: abort.signal,
      })
      abort.abort()
      await running.catch((error: unknown) => expect(error).toBeInstanceOf(Error))
    })
  })
}

async function runTwice(probe: Probe, setting: ProbeSetting): Promise<[SampledRun, SampledRun]> {
  await using opened = await setting.open()
  const { options = {} } = setting
  const first = await sampleOrNothing(probe, opened.session, { options, timeMs: 0 })
  await setting.advance?.(opened)
  const second = await sampleOrNothing(probe, opened.session, {
    options,
    memory: first.memory,
    timeMs: INTERVAL_MS,
    monotonicMs: INTERVAL_MS,
  })
  return [first, second]
}

/** A run that has nothing to report is a run without samples. */
async function sampleOrNothing(
  probe: Probe,
  session: unknown,
  options: SampleOnceOptions,
): Promise<SampledRun> {
  try {
    return await sampleOnce(probe, session, options)
  } catch (error) {
    if (!(error instanceof NoDataError)) throw error
    return { samples: [], documents: [], events: [], remarks: [], memory: options.memory }
  }
}

interface EmittedValue {
  readonly name: string
  readonly value: number
  readonly field: FieldDeclaration | undefined
}

function listSeries({ samples }: SampledRun): string[] {
  return samples.flatMap(({ measurement, subject = '', tags, fields }) =>
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([field]) => `${subject} ${measurement} ${JSON.stringify(tags)} ${field}`),
  )
}

function expectTag(value: string): void {
  expect(value.length).toBeLessThanOrEqual(LONGEST_TAG)
  expect(value).not.toMatch(/\p{Cc}/u)
}

function expectValue(name: string, value: number, field: FieldDeclaration | undefined): void {
  expect(field, `${name} is declared`).toBeDefined()
  if (field === undefined) return
  expect(Number.isFinite(value), `${name} is ${value}`).toBe(true)
  if (field.kind === 'counter') {
    expect(value, `${name} is no counter`).toBeGreaterThanOrEqual(0)
    if (field.precision === 1) expect(Number.isInteger(value), `${name} is ${value}`).toBe(true)
  }
  if (field.kind === 'state') {
    expect(Object.keys(field.states ?? {}), `${name} is ${value}`).toContain(String(value))
  }
  // a change may fall and may more than double
  if (field.unit === 'percent' && !name.endsWith('change_percent')) {
    expect(value, name).toBeGreaterThanOrEqual(0)
    expect(value, name).toBeLessThanOrEqual(100)
  }
}

function listValues(probe: Probe, { samples }: SampledRun): EmittedValue[] {
  return samples.flatMap(({ measurement, fields }) =>
    Object.entries(fields).flatMap(([name, value]) => {
      const field = probe.measurements[measurement]?.fields[name]
      return value === undefined ? [] : [{ name: `${measurement} ${name}`, value, field }]
    }),
  )
}
