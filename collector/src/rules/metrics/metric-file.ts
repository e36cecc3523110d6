import { Duration } from '@wardround/program'
import { UNITS, type MetricKind, type Unit } from '@wardround/protocol'
import { Type, type Static } from 'typebox'
import { LocalizedWords } from '../localized-words.ts'

const closed = { additionalProperties: false }

/** What names look like: a measurement's as rules write it, a field's also in quotes. The schema's check lets others pass; readSiteMetrics doesn't. */
export const NAMES = {
  measurements: '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
  fields: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$',
  states: '^-?[0-9]{1,9}$',
} as const

const Tag = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,127}$' })

const KINDS: readonly MetricKind[] = ['gauge', 'counter', 'state']

const Field = Type.Object(
  {
    kind: Type.Unsafe<MetricKind>(
      Type.Union(
        KINDS.map((kind) => Type.Literal(kind)),
        {
          default: 'gauge',
          description:
            'gauge: a level; counter: only rises, a fall is a reset; state: an enumeration',
        },
      ),
    ),
    unit: Type.Unsafe<Unit>(
      Type.Union(
        UNITS.map((unit) => Type.Literal(unit)),
        { description: 'Unit of the number as it is stored' },
      ),
    ),
    precision: Type.Number({
      exclusiveMinimum: 0,
      default: 0.01,
      description: 'Step to which it is rounded',
    }),
    help: LocalizedWords('What it is'),
    bits: Type.Optional(
      Type.Literal(32, {
        description: 'Of a counter that goes round at 2^32: a fall there is no reset',
      }),
    ),
    states: Type.Optional(
      Type.Record(Type.String({ pattern: NAMES.states }), LocalizedWords('What the number means'), {
        description: 'Of kind state: what each whole number means',
      }),
    ),
  },
  { ...closed, description: 'One number of a measurement' },
)

const Measurement = Type.Object(
  {
    every: Duration({ default: '60s', description: 'How often it comes, at the longest' }),
    identifyingTags: Type.Array(Tag, {
      default: [],
      description: 'Tags that name the thing measured; host, project and role are there anyway',
    }),
    descriptiveTags: Type.Array(Tag, {
      default: [],
      description:
        "Tags that may change while the thing stays the same; no part of an alert's identity",
    }),
    fields: Type.Record(Type.String({ pattern: NAMES.fields }), Field, {
      description: 'Its numbers, by name; at least one',
    }),
  },
  { ...closed, description: 'One measurement' },
)

/** metrics.d/*.yaml: what a site measures beside the probes, in the catalogue's shape. */
export const MetricFile = Type.Object(
  {
    measurements: Type.Record(Type.String({ pattern: NAMES.measurements }), Measurement, {
      default: {},
      description: 'Measurements by name, as they arrive; none may be one of the probes',
    }),
  },
  closed,
)

export type MetricFile = Static<typeof MetricFile>
