import { UNITS } from '@wardround/protocol'
import { Type } from 'typebox'
import { TRANSITION_REASONS } from '../../rules/alert.ts'
import { SEVERITIES } from '../../rules/severity.ts'

/** Names the collector that relays a notice. */
export const COLLECTOR_HEADER = 'Wardround-Collector'

/** Where a collector takes notices of others. */
export const RELAY_PATH = '/api/v1/relay'

/** Of the address with which links begin. */
export const LINK_PATTERN = '^https?://[^\\s<>"\'()]*$'

export const DELIVERY_ID_PATTERN = '^[\\x21-\\x7e]{1,100}$'

const Words = Type.Object({ zh: Type.String(), en: Type.String() })
const Labels = Type.Record(Type.String(), Type.String())
/** Epoch ms that a Date can hold. */
const Moment = Type.Number({ minimum: -8.64e15, maximum: 8.64e15 })
/** JSON has no infinity. */
const NumberOrNull = Type.Union([Type.Number(), Type.Null()])

const choice = (values: readonly string[]) => Type.String({ enum: [...values] })

const Clause = Type.Object({
  id: Type.String(),
  documents: Type.Array(Type.Object({ number: Type.String(), system: Words })),
  words: Words,
  number: Type.Optional(Words),
})

/** An alert as it stands in an outbox. */
const RelayedAlert = Type.Object({
  ruleId: Type.String(),
  key: Type.String(),
  host: Type.String(),
  measurement: Type.String(),
  tags: Labels,
  phase: choice(['pending', 'firing', 'resolving']),
  severity: choice(SEVERITIES),
  labels: Labels,
  fingerprint: Type.String(),
  project: Type.Optional(
    Type.Object({ id: Type.String(), name: Words, isSubject: Type.Boolean() }),
  ),
  name: Words,
  summary: Words,
  clauses: Type.Array(Clause),
  numbers: choice(['contract', 'platform']),
  runbook: Type.Optional(Words),
  quote: Type.Optional(Type.String()),
  unit: choice(UNITS),
  value: Type.Optional(NumberOrNull),
  threshold: Type.Optional(Words),
  recent: Type.Array(Type.Object({ timeMs: Moment, value: NumberOrNull }), { maxItems: 100 }),
  startsAtMs: Moment,
  severitySinceMs: Moment,
  endsAtMs: Type.Optional(Moment),
  sinceFirstWatched: Type.Boolean(),
})

const Contact = Type.Object({
  name: Type.String(),
  phone: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  dingtalk: Type.Optional(Type.String()),
  wecom: Type.Optional(Type.String()),
  feishu: Type.Optional(Type.String()),
})

/** What a notice must hold to be taken. What a newer collector says beside it is passed on as it is. */
const RelayedNotice = Type.Object({
  occasion: choice(['news', 'repeat', 'escalation', 'digest', 'catchUp', 'claim', 'test']),
  channel: Type.String(),
  route: Type.String(),
  groupLabels: Labels,
  groupKey: Type.String(),
  atMs: Moment,
  language: choice(['zh-CN', 'en']),
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
  externalUrl: Type.String({ pattern: LINK_PATTERN }),
  escalation: Type.Integer({ minimum: 0, maximum: 1_000 }),
  people: Type.Array(Contact, { maxItems: 1_000 }),
  alerts: Type.Array(
    Type.Object({
      alert: RelayedAlert,
      reason: choice([...TRANSITION_REASONS, 'severity']),
      severityWas: Type.Optional(choice(SEVERITIES)),
      hostName: Type.Optional(Type.String()),
      isNews: Type.Optional(Type.Boolean()),
      quote: Type.Optional(Type.String()),
      claimedBy: Type.Optional(Type.String()),
      claimNote: Type.Optional(Type.String()),
      claimedFrom: Type.Optional(Type.String()),
      mutes: Type.Integer({ minimum: 0 }),
      project: Type.Optional(Type.Object({ name: Words, guard: Type.Optional(Words) })),
    }),
    { maxItems: 1_000 },
  ),
  truncated: Type.Integer({ minimum: 0 }),
  demo: Type.Optional(Type.Boolean()),
})

/** The body of a request: one notice for one channel. */
export const RelayRequest = Type.Object({
  deliveryId: Type.String({ pattern: DELIVERY_ID_PATTERN }),
  channel: Type.String({ minLength: 1, maxLength: 64, description: 'Of the collector asked' }),
  notice: RelayedNotice,
})
