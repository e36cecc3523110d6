import { ByteSize, Duration, LOG_LEVELS, SecretReference } from '@wardround/program'
import { Type, type Static, type TSchema } from 'typebox'
import { schemaOfOptions } from './option-schema.ts'
import type { Probe } from './probe.ts'
import { PROBES, SOURCES } from './probes.gen.ts'
import { DEFAULT_REPORT_GROUP } from './report-address.ts'
import type { Source } from './source.ts'

const closed = { additionalProperties: false } as const

const CollectorUrl = Type.String({
  pattern: '^wss?://',
  expected: {
    zh: 'ws:// 或 wss:// 地址，如 wss://monitor.example:8470/agent/v1',
    en: 'a ws:// or wss:// address, such as wss://monitor.example:8470/agent/v1',
  },
  description: 'Address of the collector, such as wss://monitor.example:8470/agent/v1',
})

const CollectorSettings = Type.Object(
  {
    url: Type.Union([CollectorUrl, Type.Array(CollectorUrl, { minItems: 1, maxItems: 16 })], {
      description:
        'Where to send: one address, or several of one collector (or of collectors that share a store), tried in turn; never two embedded stores',
      descriptionZh:
        '监控中心的地址：一个，或同一监控中心（或共用一个存储的多个监控中心）的多个地址，依次尝试；不可指向两个内置存储',
    }),
    token: SecretReference,
  },
  { ...closed, description: 'The collector' },
)

const OutboxSettings = Type.Object(
  {
    maxBytes: ByteSize({
      default: '256MiB',
      description: 'Most that it takes of the disk; beyond it the oldest samples go, counted',
    }),
    maxAge: Duration({ default: '7d', description: 'Older batches are dropped, counted' }),
    maxMemory: ByteSize({
      default: '8MiB',
      description: 'Most that waits in memory while the disk takes nothing',
    }),
    spillAfter: Duration({
      default: '1s',
      description: 'A batch that is not acknowledged for so long goes to the disk',
    }),
    reserveFraction: Type.Number({
      default: 0.05,
      minimum: 0,
      maximum: 1,
      description: 'Part of the file system that is never used',
    }),
    reserveBytes: ByteSize({
      default: '512MB',
      description: 'Bytes of the file system that are never used; the larger of the two holds',
    }),
  },
  { ...closed, default: {}, description: 'What was collected and is not yet acknowledged' },
)

const UplinkSettings = Type.Object(
  {
    welcomeWithin: Duration({
      default: '10s',
      description: 'Longest wait for a connection and its welcome',
    }),
    pingEvery: Duration({
      default: '20s',
      description: 'A connection on which nothing was heard for so long is asked',
    }),
    pongWithin: Duration({
      default: '10s',
      description: 'No answer to a ping for so long ends the connection',
    }),
    backOffFirst: Duration({
      default: '3s',
      description: 'Upper end of the first delay before connecting again; it doubles',
    }),
    backOffMax: Duration({
      default: '25s',
      description: 'Upper end of every delay before connecting again',
    }),
    backOffUnauthorized: Duration({
      default: '5m',
      description: 'Upper end of the delay while the token is not accepted',
    }),
  },
  { ...closed, default: {}, description: 'The connection to the collector' },
)

function settingsOfProbe(probe: Probe): TSchema {
  const common = {
    enabled: Type.Boolean({ default: true, description: 'false switches it off' }),
    every: Type.Optional(
      Duration({ description: `How often it runs (default ${probe.everySeconds}s)` }),
    ),
  }
  return schemaOfOptions(probe.options ?? {}, common, probe.help.en)
}

function settingsOfSource(source: Source<unknown>): TSchema {
  const common = {
    type: Type.Literal(source.type),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'Names it in logs and in the measurement probe',
      }),
    ),
  }
  return schemaOfOptions(source.options ?? {}, common, `Source ${source.type}`, source.required)
}

const ProbeSettings = Type.Object(
  Object.fromEntries(PROBES.map((probe) => [probe.name, Type.Optional(settingsOfProbe(probe))])),
  {
    ...closed,
    default: {},
    description: 'Settings of single probes, by their names (wardround-agent list-probes)',
  },
)

/** agent.yaml. Every default stands here and nowhere else. */
export const AgentConfig = Type.Object(
  {
    collector: CollectorSettings,
    host: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        description:
          'Name of this host, from which the phase of its interval comes; default: the name of the system',
      }),
    ),
    state: Type.String({
      default: '/var/lib/wardround/agent',
      minLength: 1,
      description: 'State directory: the outbox and its lock',
    }),
    sources: Type.Array(Type.Union(SOURCES.map(settingsOfSource)), {
      default: [],
      description: 'What is watched beside the host itself, which always is',
    }),
    probes: ProbeSettings,
    reports: Type.Object(
      {
        group: Type.String({
          default: DEFAULT_REPORT_GROUP,
          minLength: 1,
          maxLength: 64,
          description:
            'Group, or its number, whose members may report backup jobs and nothing else; it is given report.sock where the agent is a member',
          descriptionZh:
            '组名或组编号：其成员可以报告备份作业，此外什么也不能做；采集代理的用户须在该组内，report.sock 才会归该组',
        }),
      },
      { ...closed, default: {}, description: 'Who may report backup jobs' },
    ),
    tags: Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
      Type.String({ minLength: 1, maxLength: 1024 }),
      {
        default: {},
        description: 'Tags that are put on every series of this agent',
      },
    ),
    outbox: OutboxSettings,
    uplink: UplinkSettings,
    log: Type.Object(
      {
        level: Type.Union(
          LOG_LEVELS.map((level) => Type.Literal(level)),
          { default: 'info', description: 'Least severe lines that are written' },
        ),
      },
      { ...closed, default: {}, description: 'Logs, JSON lines to stdout' },
    ),
    language: Type.Optional(
      Type.Union([Type.Literal('zh-CN'), Type.Literal('en')], {
        description: 'Language of messages',
      }),
    ),
  },
  closed,
)

export type AgentConfig = Static<typeof AgentConfig>
