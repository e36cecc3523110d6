import { seededRandom } from './seeded-random.ts'

/** What is fed to both engines: one point of a host by steps. */
export interface GeneratedSeries {
  readonly host: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  /** By field, a value a step; undefined where nothing comes. */
  readonly fields: Readonly<Record<string, readonly (number | undefined)[]>>
  /** Steps whose samples come late. */
  readonly late: ReadonlySet<number>
}

/** How one kind of point goes. */
export interface SeriesPlan {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  /** By field: values to go to and fro between. */
  readonly fields: Readonly<Record<string, readonly number[]>>
  /** Fields that grow by one of their values a sample, and are reset now and then. */
  readonly counters?: readonly string[]
  /** A descriptive tag that says what a field says. */
  readonly follows?: { readonly tag: string; readonly field: string }
}

/** What goes wrong on the way. steady: nothing. */
export const TROUBLES = ['steady', 'gaps', 'missing', 'late'] as const
export type Trouble = (typeof TROUBLES)[number]

/** How long it goes, and how far apart its samples are. */
export interface Span {
  readonly steps: number
  readonly everySteps: number
}

/** One host's series by a plan. The same seed gives the same series. */
export function generateSeries(
  plan: SeriesPlan,
  host: string,
  span: Span,
  trouble: Trouble,
  seed: number,
): GeneratedSeries {
  const random = seededRandom(seed)
  const length = Math.ceil(span.steps / span.everySteps)
  const absent = trouble === 'gaps' || trouble === 'late' ? stretches(random, length) : NONE
  const fields = Object.entries(plan.fields).map(([name, choices]) => {
    const held = hold(random, choices, length)
    const values = plan.counters?.includes(name) === true ? addUp(random, held) : held
    const missing = trouble === 'missing' ? stretches(random, length) : NONE
    const isThere = (index: number) =>
      !missing.has(index) && (trouble !== 'gaps' || !absent.has(index))
    return [name, spread(values, isThere, span)] as const
  })
  const late = new Set(
    trouble === 'late' ? [...absent].map((index) => index * span.everySteps) : [],
  )
  const { measurement, tags } = plan
  return { host, measurement, tags, fields: Object.fromEntries(fields), late }
}

/** A point as the series that its descriptive tag makes of it: one for each value of the field that the tag follows. */
export function splitByTag(
  series: GeneratedSeries,
  { tag, field }: NonNullable<SeriesPlan['follows']>,
): GeneratedSeries[] {
  const followed = series.fields[field] ?? []
  const values = new Set(followed.filter((value) => value !== undefined))
  return [...values].map((value) => ({
    ...series,
    tags: { ...series.tags, [tag]: `is${value}` },
    fields: Object.fromEntries(
      Object.entries(series.fields).map(([name, all]) => [
        name,
        all.map((each, step) => (followed[step] === value ? each : undefined)),
      ]),
    ),
  }))
}

const NONE: ReadonlySet<number> = new Set()

/** Holds one value for a while, then another: long enough for some waits, too short for others. */
function hold(random: () => number, choices: readonly number[], length: number): number[] {
  const values: number[] = []
  while (values.length < length) {
    const value = choices[Math.floor(random() * choices.length)] ?? 0
    const isFlapping = random() < 0.3
    const times = 1 + Math.floor(random() * (isFlapping ? 3 : 90))
    for (let time = 0; time < times; time++) values.push(value)
  }
  return values.slice(0, length)
}

function addUp(random: () => number, growth: readonly number[]): number[] {
  let total = Math.floor(random() * 1000)
  return growth.map((by) => {
    total = random() < 0.01 ? Math.floor(random() * 5) : total + by
    return total
  })
}

/** Stretches of samples that are not there, some longer than Prometheus looks back. */
function stretches(random: () => number, length: number): Set<number> {
  const inside = new Set<number>()
  for (let at = Math.floor(random() * 60); at < length; at += 30 + Math.floor(random() * 120)) {
    const times = 1 + Math.floor(random() * (random() < 0.5 ? 20 : 70))
    for (let time = 0; time < times && at < length; time++) inside.add(at++)
  }
  return inside
}

function spread(
  values: readonly number[],
  isThere: (index: number) => boolean,
  { steps, everySteps }: Span,
): (number | undefined)[] {
  return Array.from({ length: steps }, (_, step) => {
    const index = step / everySteps
    return Number.isInteger(index) && isThere(index) ? values[index] : undefined
  })
}
