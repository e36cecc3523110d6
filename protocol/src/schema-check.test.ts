import * as fc from 'fast-check'
import { Check } from 'typebox/schema'
import { expect, test } from 'vitest'
import { AGENT_MESSAGES, COLLECTOR_MESSAGES } from './messages.ts'
import { schemaProblem } from './schema-check.ts'

const schemas = Object.entries({ ...AGENT_MESSAGES, ...COLLECTOR_MESSAGES })
const epoch = '00ff10aa5b7c9d3e'
const examples: Record<string, object> = {
  hello: {
    host: 'a',
    version: '1',
    epoch,
    capabilities: ['x'],
    epochs: [epoch],
    platform: 'linux',
    everySeconds: 10,
  },
  ping: { id: 1 },
  pong: { id: 1 },
  welcome: {
    agent: 'a',
    capabilities: [],
    held: [{ epoch, ranges: [[1, 2]] }],
    window: { batches: 1, bytes: 1 },
    limits: { frameBytes: 1, seriesPerSubject: 1, seriesPerAgent: 1 },
    timeMs: 0,
  },
  ack: {
    epoch,
    ranges: [
      [1, 2],
      [5, 5],
    ],
  },
  reject: { epoch, sequence: 1, code: 'A', reason: '' },
  refuse: { series: [1], code: 'A', reason: '' },
}
/** What a member is replaced by. */
const odd = fc.constantFrom(
  undefined,
  null,
  true,
  0,
  1,
  -1,
  0.5,
  1e300,
  '',
  'x',
  'x'.repeat(2_000),
  epoch,
  [],
  [[1]],
  [[1, 2, 3]],
  [0],
  {},
  [{}],
)

/** Every path to a member of a value. */
function paths(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [
    [...at, key],
    ...paths(member, [...at, key]),
  ])
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  const copy: Record<string, unknown> = Array.isArray(value)
    ? Object.assign([], value)
    : Object.assign({}, value)
  if (rest.length > 0) copy[key!] = replaced(copy[key!], rest, by)
  else if (by === undefined && !Array.isArray(value)) delete copy[key!]
  else copy[key!] = by
  return copy
}

test.each(schemas)('a %s is accepted and refused as TypeBox itself would', (type, schema) => {
  const message = { type, ...examples[type] }
  expect(schemaProblem(schema, message)).toBeUndefined()
  fc.assert(
    fc.property(fc.constantFrom(...paths(message)), odd, (path, by) => {
      const changed = replaced(message, path, by)
      expect(schemaProblem(schema, changed) === undefined).toBe(Check(schema, changed))
    }),
    { numRuns: 300 },
  )
})

test('a problem says where and what', () => {
  const { hello, ack } = { ...AGENT_MESSAGES, ...COLLECTOR_MESSAGES }
  expect(schemaProblem(hello, { type: 'hello' })).toBe('/host: missing')
  expect(
    schemaProblem(ack, {
      type: 'ack',
      epoch,
      ranges: [
        [1, 2],
        [0, 2],
      ],
    }),
  ).toBe('/ranges/1/0: 0, expected 1 to 9007199254740991')
  expect(schemaProblem(ack, { type: 'ack', epoch: 'x', ranges: [] })).toMatch(
    /^\/epoch: expected a text like/,
  )
  expect(schemaProblem(ack, [])).toBe(': expected an object')
})
