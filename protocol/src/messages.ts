import type { Static, TObject } from 'typebox'
import * as Type from 'typebox/type'
import { ProtocolError } from './errors.ts'
import { parseJsonText } from './json-text.ts'
import {
  MAX_EPOCHS,
  MAX_FRAME_BYTES,
  MAX_INTEGER,
  MAX_NAME_BYTES,
  MAX_RANGES_PER_EPOCH,
  MAX_SERIES_PER_CONNECTION,
} from './limits.ts'
import { schemaProblem } from './schema-check.ts'

/*
 * The JSON text frames of `wardround.v1`. What a collector may send is this closed list: it has no command and no configuration in it.
 * Unknown members are ignored, so that either end may learn new ones first; what changes behaviour is negotiated by capabilities.
 */

/** Name of the WebSocket sub-protocol; a new major version is a new name. */
export const SUB_PROTOCOL = 'wardround.v1'

/**
 * A capability in `hello` and `welcome`: what this end sends or shows is invented, for demonstration. Both ends of a connection have it, or neither:
 * invented samples never reach a real collector, nor real ones a demo.
 */
export const DEMO_CAPABILITY = 'demo'

/** Whether the end that named these capabilities is part of a demo. */
export function isDemo({ capabilities }: { readonly capabilities: readonly string[] }): boolean {
  return capabilities.includes(DEMO_CAPABILITY)
}

const Name = Type.String({ minLength: 1, maxLength: MAX_NAME_BYTES })
const Epoch = Type.String({ pattern: '^[0-9a-f]{16}$' })
const Whole = Type.Integer({ minimum: 0, maximum: MAX_INTEGER })
const Positive = Type.Integer({ minimum: 1, maximum: MAX_INTEGER })
const Capabilities = Type.Array(Name, { maxItems: 64 })
const Ranges = Type.Array(Type.Tuple([Positive, Positive]), { maxItems: MAX_RANGES_PER_EPOCH })
const Code = Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' })
const Reason = Type.String({ maxLength: 1_024 })

/** Agent: the first message of a connection. */
export const Hello = Type.Object({
  type: Type.Literal('hello'),
  /** What the agent calls itself; the collector believes only its identity. */
  host: Name,
  version: Name,
  /** This run of the agent's process. */
  epoch: Epoch,
  capabilities: Capabilities,
  /** All epochs with something unacknowledged, this one included or not. The collector forgets the others. */
  epochs: Type.Array(Epoch, { maxItems: MAX_EPOCHS }),
  platform: Name,
  /** The interval of its batches, so that the collector knows what is late. */
  everySeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
})
export type Hello = Static<typeof Hello>

/** Agent: asks for a pong; without one in time it connects anew. */
export const Ping = Type.Object({ type: Type.Literal('ping'), id: Whole })
export type Ping = Static<typeof Ping>

/** Collector: the answer to hello. Batches may flow from now on. */
export const Welcome = Type.Object({
  type: Type.Literal('welcome'),
  /** The identity: the host name under which all is stored. */
  agent: Name,
  capabilities: Capabilities,
  /** What the collector's journal holds of the epochs that hello named. */
  held: Type.Array(Type.Object({ epoch: Epoch, ranges: Ranges }), { maxItems: MAX_EPOCHS }),
  /** How much may be sent and not yet acknowledged. */
  window: Type.Object({ batches: Positive, bytes: Positive }),
  limits: Type.Object({
    frameBytes: Positive,
    seriesPerSubject: Positive,
    seriesPerAgent: Positive,
  }),
  /** The collector's clock, epoch ms. */
  timeMs: Whole,
})
export type Welcome = Static<typeof Welcome>

/** Collector: these sequences are on stable storage, the agent may forget them. */
export const Ack = Type.Object({ type: Type.Literal('ack'), epoch: Epoch, ranges: Ranges })
export type Ack = Static<typeof Ack>

/** Collector: this batch is refused for good. The agent sets it aside and goes on. */
export const Reject = Type.Object({
  type: Type.Literal('reject'),
  epoch: Epoch,
  sequence: Positive,
  code: Code,
  reason: Reason,
})
export type Reject = Static<typeof Reject>

/** Collector: these series (numbers of this connection) are over a limit; stop sending them. Their batches stand. */
export const Refuse = Type.Object({
  type: Type.Literal('refuse'),
  series: Type.Array(Type.Integer({ minimum: 0, maximum: MAX_SERIES_PER_CONNECTION - 1 }), {
    maxItems: MAX_SERIES_PER_CONNECTION,
  }),
  code: Code,
  reason: Reason,
})
export type Refuse = Static<typeof Refuse>

/** Collector: the answer to the ping of this id. */
export const Pong = Type.Object({ type: Type.Literal('pong'), id: Whole })
export type Pong = Static<typeof Pong>

export type AgentMessage = Hello | Ping
export type CollectorMessage = Welcome | Ack | Reject | Refuse | Pong

/** Every message type, by who sends it. */
export const AGENT_MESSAGES = { hello: Hello, ping: Ping } as const
export const COLLECTOR_MESSAGES = {
  welcome: Welcome,
  ack: Ack,
  reject: Reject,
  refuse: Refuse,
  pong: Pong,
} as const

/**
 * What an agent sent, with unknown members left out.
 * @throws ProtocolError MESSAGE_MALFORMED, MESSAGE_UNKNOWN, FRAME_TOO_LARGE
 */
export function parseAgentMessage(text: string): AgentMessage {
  return parseMessage<AgentMessage>(text, AGENT_MESSAGES)
}

/**
 * What a collector sent, with unknown members left out.
 * @throws ProtocolError MESSAGE_MALFORMED, MESSAGE_UNKNOWN, FRAME_TOO_LARGE
 */
export function parseCollectorMessage(text: string): CollectorMessage {
  return parseMessage<CollectorMessage>(text, COLLECTOR_MESSAGES)
}

export function formatMessage(message: AgentMessage | CollectorMessage): string {
  return JSON.stringify(message)
}

function parseMessage<M extends AgentMessage | CollectorMessage>(
  text: string,
  schemas: Readonly<Record<M['type'], TObject>>,
): M {
  const value = parseObject(text)
  const schema = Object.entries<TObject>(schemas).find(([type]) => type === value['type'])?.[1]
  if (schema === undefined) {
    const type = JSON.stringify(value['type'])?.slice(0, 64)
    throw new ProtocolError('MESSAGE_UNKNOWN', `There is no message of type ${type}.`)
  }
  const problem = schemaProblem(schema, value)
  if (problem !== undefined) {
    throw new ProtocolError(
      'MESSAGE_MALFORMED',
      `Message ${String(value['type'])}${problem.slice(0, 256)}.`,
    )
  }
  const known = Object.keys(schema.properties).filter((key) => Object.hasOwn(value, key))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of this very type has just been checked
  return Object.fromEntries(known.map((key) => [key, value[key]])) as M
}

function parseObject(text: string): Record<string, unknown> {
  if (text.length > MAX_FRAME_BYTES) {
    throw new ProtocolError(
      'FRAME_TOO_LARGE',
      `A message of ${text.length} characters is too long.`,
    )
  }
  let value: unknown
  try {
    value = parseJsonText(text)
  } catch (cause) {
    throw new ProtocolError('MESSAGE_MALFORMED', 'A message is not JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('MESSAGE_MALFORMED', 'A message is not a JSON object.')
  }
  return { ...value }
}
