import { expect, test } from 'vitest'
import { ProtocolError } from './errors.ts'
import { MAX_FRAME_BYTES } from './limits.ts'
import {
  AGENT_MESSAGES,
  COLLECTOR_MESSAGES,
  formatMessage,
  parseAgentMessage,
  parseCollectorMessage,
} from './messages.ts'
import type { AgentMessage, CollectorMessage } from './messages.ts'

const epoch = '00ff10aa5b7c9d3e'
const agentMessages: AgentMessage[] = [
  {
    type: 'hello',
    host: 'db-1',
    version: '0.1.0',
    epoch,
    capabilities: ['x'],
    epochs: [epoch],
    platform: 'linux',
    everySeconds: 10,
  },
  {
    type: 'hello',
    host: '库-1',
    version: '0.1.0',
    epoch,
    capabilities: [],
    epochs: [],
    platform: 'darwin',
  },
  { type: 'ping', id: 7 },
]
const collectorMessages: CollectorMessage[] = [
  {
    type: 'welcome',
    agent: 'db-1',
    capabilities: [],
    held: [
      {
        epoch,
        ranges: [
          [1, 5],
          [7, 7],
        ],
      },
    ],
    window: { batches: 32, bytes: 4_194_304 },
    limits: { frameBytes: 1_048_576, seriesPerSubject: 5_000, seriesPerAgent: 500_000 },
    timeMs: 1_767_571_200_000,
  },
  { type: 'ack', epoch, ranges: [[1, 2]] },
  {
    type: 'reject',
    epoch,
    sequence: 3,
    code: 'UNKNOWN_SERIES',
    reason: 'series 4 was never defined',
  },
  { type: 'refuse', series: [5, 6], code: 'SERIES_PER_SUBJECT', reason: 'more than 5,000 series' },
  { type: 'pong', id: 7 },
]

test.each(agentMessages)('an agent’s $type comes back as it was', (message) => {
  expect(parseAgentMessage(formatMessage(message))).toStrictEqual(message)
})

test.each(collectorMessages)('a collector’s $type comes back as it was', (message) => {
  expect(parseCollectorMessage(formatMessage(message))).toStrictEqual(message)
})

test('every message type has an example here', () => {
  expect(new Set(agentMessages.map(({ type }) => type))).toStrictEqual(
    new Set(Object.keys(AGENT_MESSAGES)),
  )
  expect(new Set(collectorMessages.map(({ type }) => type))).toStrictEqual(
    new Set(Object.keys(COLLECTOR_MESSAGES)),
  )
})

test('unknown members are left out, and __proto__ sets no prototype', () => {
  const message = parseAgentMessage('{"type":"ping","id":1,"later":{"a":1},"__proto__":{"id":2}}')
  expect(message).toStrictEqual({ type: 'ping', id: 1 })
})

test('the last of two equal keys counts', () => {
  expect(parseAgentMessage('{"type":"ping","id":1,"id":2}')).toStrictEqual({ type: 'ping', id: 2 })
})

test.each([
  { note: 'no JSON', text: '{', code: 'MESSAGE_MALFORMED', closeCode: 1007 },
  { note: 'no object', text: '[]', code: 'MESSAGE_MALFORMED', closeCode: 1007 },
  { note: 'null', text: 'null', code: 'MESSAGE_MALFORMED', closeCode: 1007 },
  { note: 'no type', text: '{}', code: 'MESSAGE_UNKNOWN', closeCode: 1002 },
  {
    note: 'an unknown type',
    text: '{"type":"run","command":"rm"}',
    code: 'MESSAGE_UNKNOWN',
    closeCode: 1002,
  },
  {
    note: 'a type that every object has',
    text: '{"type":"toString"}',
    code: 'MESSAGE_UNKNOWN',
    closeCode: 1002,
  },
  {
    note: 'a type that is no text',
    text: '{"type":{"a":1}}',
    code: 'MESSAGE_UNKNOWN',
    closeCode: 1002,
  },
  { note: 'a missing member', text: '{"type":"ping"}', code: 'MESSAGE_MALFORMED', closeCode: 1007 },
  {
    note: 'a fraction for an id',
    text: '{"type":"ping","id":1.5}',
    code: 'MESSAGE_MALFORMED',
    closeCode: 1007,
  },
  {
    note: 'an id above 2^53',
    text: '{"type":"ping","id":9007199254740993}',
    code: 'MESSAGE_MALFORMED',
    closeCode: 1007,
  },
  {
    note: 'a message of the collector',
    text: '{"type":"pong","id":1}',
    code: 'MESSAGE_UNKNOWN',
    closeCode: 1002,
  },
  {
    note: 'deep nesting',
    text: `{"type":"ping","id":1,"x":${'['.repeat(40)}${']'.repeat(40)}}`,
    code: 'MESSAGE_MALFORMED',
    closeCode: 1007,
  },
  {
    note: 'more than a frame',
    text: `{"type":"ping","id":1,"x":"${'x'.repeat(MAX_FRAME_BYTES)}"}`,
    code: 'FRAME_TOO_LARGE',
    closeCode: 1009,
  },
] as const)('$note is refused', ({ text, code, closeCode }) => {
  expect(() => parseAgentMessage(text)).toThrow(
    expect.objectContaining({ name: 'ProtocolError', code, closeCode }),
  )
})

test.each([
  { note: 'a range of three', ranges: [[1, 2, 3]] },
  { note: 'a range from 0', ranges: [[0, 2]] },
  {
    note: 'too many ranges',
    ranges: Array.from({ length: 16_385 }, (_, i) => [2 * i + 1, 2 * i + 1]),
  },
])('an ack with $note is refused', ({ ranges }) => {
  expect(() => parseCollectorMessage(JSON.stringify({ type: 'ack', epoch, ranges }))).toThrow(
    ProtocolError,
  )
})

test('an epoch of other than 16 lower-case hex digits is refused', () => {
  for (const wrong of ['', epoch.toUpperCase(), `${epoch}0`, `${epoch.slice(1)}g`]) {
    expect(() =>
      parseCollectorMessage(JSON.stringify({ type: 'ack', epoch: wrong, ranges: [] })),
    ).toThrow(ProtocolError)
  }
})
