import { Duration, parseDurationMs } from '@wardround/program'
import { Type, type Static } from 'typebox'
import type { Transition } from '../alert.ts'
import type { RuleSet } from '../compiled-rule.ts'
import { RuleEngine } from '../engine.ts'
import { SampleFeed, type Point } from './sample-feed.ts'

const closed = { additionalProperties: false }

/** A test of rules as data: what arrives, interval by interval, and what must come of it. */
export const RuleTests = Type.Object(
  {
    tests: Type.Array(
      Type.Object(
        {
          note: Type.String(),
          every: Duration({ description: 'Interval of the samples', default: '10s' }),
          host: Type.String({ default: 'db1' }),
          series: Type.Array(
            Type.Object(
              {
                measurement: Type.String(),
                tags: Type.Record(Type.String(), Type.String(), { default: {} }),
                fields: Type.Record(Type.String(), Type.String(), {
                  description: 'Values in turn: 50*6 is six times 50, _ is nothing',
                }),
              },
              closed,
            ),
          ),
          expect: Type.Array(
            Type.Object(
              {
                at: Duration({ description: 'From the first sample' }),
                rule: Type.String(),
                kind: Type.Union([
                  Type.Literal('firing'),
                  Type.Literal('severity'),
                  Type.Literal('resolved'),
                ]),
                severity: Type.String(),
                summary: Type.Optional(Type.String()),
                key: Type.Optional(Type.String()),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
)

export type RuleTest = Static<typeof RuleTests>['tests'][number]
export type ExpectedTransition = RuleTest['expect'][number]

const START_MS = Date.UTC(2026, 10, 22, 4)

/** Runs a test's samples through the engine by a clock of its own; what came of it, in the form of `expect`. */
export function simulateRules(rules: RuleSet, test: RuleTest): ExpectedTransition[] {
  const feed = new SampleFeed()
  const engine = new RuleEngine({ rules, directory: feed.table, subjectLabels: () => ({}) })
  const everyMs = parseDurationMs(test.every)
  const tracks = test.series.map((series) => ({
    ...series,
    fields: Object.entries(series.fields).map(
      ([name, values]) => [name, parseValues(values)] as const,
    ),
  }))
  const length = Math.max(
    ...tracks.flatMap(({ fields }) => fields.map(([, values]) => values.length)),
  )
  const seen: ExpectedTransition[] = []
  for (let index = 0; index < length; index++) {
    const atMs = START_MS + index * everyMs
    const points = tracks.flatMap((track) => pointAt(track, index))
    const transitions = [
      ...(points.length === 0 ? [] : engine.accept(feed.batch(test.host, atMs, points), atMs)),
      ...engine.tick(atMs),
    ]
    seen.push(...transitions.map((transition) => describe(transition, index * everyMs)))
  }
  return seen
}

function parseValues(text: string): (number | undefined)[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((token) => {
      const [value = '', count = '1'] = token.split('*')
      return Array<number | undefined>(Number(count)).fill(
        value === '_' ? undefined : Number(value),
      )
    })
}

function pointAt(
  track: {
    measurement: string
    tags: Readonly<Record<string, string>>
    fields: readonly (readonly [string, readonly (number | undefined)[]])[]
  },
  index: number,
): Point[] {
  const fields: Record<string, number> = {}
  for (const [name, values] of track.fields) {
    const value = values[index]
    if (value !== undefined) fields[name] = value
  }
  if (Object.keys(fields).length === 0) return []
  return [{ measurement: track.measurement, tags: track.tags, fields }]
}

function describe({ kind, alert }: Transition, sinceMs: number): ExpectedTransition {
  return {
    at: formatDuration(sinceMs),
    rule: alert.ruleId,
    kind,
    severity: alert.severity,
    summary: alert.summary.zh,
    key: alert.key,
  }
}

/** The shortest way to write a duration that `at` accepts. */
function formatDuration(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`
}
