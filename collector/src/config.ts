import { ByteSize, Duration, LOG_LEVELS } from '@wardround/program'
import { type Static, Type } from 'typebox'
import { NotifySettings } from './notify/notify-settings.ts'
import { StoreSettings } from './store/remote/store-settings.ts'
import { CalendarSettings } from './projects/schema/calendar-settings.ts'

const closed = { additionalProperties: false } as const

const Host = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 253,
      description: 'Host name, as its token was made for; it is the tag `host` of all its series',
    }),
    displayName: Type.Optional(
      Type.String({ minLength: 1, description: 'What people call it; shown beside the host name' }),
    ),
    project: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The system that it belongs to; a tag of its series',
      }),
    ),
    role: Type.Optional(
      Type.String({ minLength: 1, description: 'What it does there; a tag of its series' }),
    ),
    place: Type.Optional(Type.String({ minLength: 1, description: 'Where it stands' })),
    owner: Type.Optional(Type.String({ minLength: 1, description: 'Who answers for it' })),
  },
  { ...closed, description: 'One host' },
)

const Retention = Type.Object(
  {
    raw: Duration({ default: '30d', description: 'Samples as they came; at least 48h' }),
    fiveMinutes: Duration({ default: '400d', description: 'Rollups of 5 minutes' }),
    oneHour: Duration({ default: '1826d', description: 'Rollups of an hour' }),
    records: Duration({
      default: '400d',
      description:
        'Alert history, up and down intervals of agents, events and inventory versions: long enough to prove a contract year',
    }),
    rawLogs: Duration({
      default: '180d',
      description:
        'SNMP traps and syslog as devices sent them; less where limits.rawLogBytes is reached',
    }),
  },
  { ...closed, default: {}, description: 'How long is kept what' },
)

const Limits = Type.Object(
  {
    seriesPerSubject: Type.Integer({
      default: 5_000,
      minimum: 1,
      description: 'Series of one host or device; further ones are refused, their batches stand',
    }),
    seriesPerAgent: Type.Integer({
      default: 500_000,
      minimum: 1,
      maximum: 500_000,
      description:
        'Series of all subjects that one agent speaks for, or that come under one write token',
    }),
    windowBatches: Type.Integer({
      default: 64,
      minimum: 1,
      maximum: 4_096,
      description: 'Batches that one agent may have sent and not yet acknowledged',
    }),
    windowBytes: ByteSize({
      default: '1MiB',
      description: 'Bytes that one agent may have sent and not yet acknowledged',
    }),
    inFlightBytes: ByteSize({
      default: '256MiB',
      description:
        'The same of all agents together; beyond it connections wait. As much again for writes by line protocol; beyond it they are told to come later',
    }),
    connectionsPerSecond: Type.Integer({
      default: 200,
      minimum: 1,
      description: 'Handshakes let through in a second when many agents come at once',
    }),
    writeBytes: ByteSize({
      default: '10MB',
      description: 'Longest body of a write by line protocol, as unpacked',
    }),
    rawLogBytes: ByteSize({
      default: '20GB',
      description: 'SNMP traps and syslog as devices sent them; beyond it the oldest are deleted',
    }),
  },
  { ...closed, default: {}, description: 'What is refused or made to wait' },
)

const Journal = Type.Object(
  {
    maxBytes: ByteSize({
      default: '8GiB',
      description: 'Bound of the journal on disk; beyond it nothing is acknowledged',
    }),
    segmentBytes: ByteSize({ default: '16MiB', description: 'Length of one segment file' }),
    syncEvery: Duration({
      default: '20ms',
      description: 'At least so long between two syncs of the disk; acknowledgements wait for them',
    }),
    reserveBytes: ByteSize({
      default: '512MB',
      description: 'Never use the last of the file system: so much, or 5 %, whichever is more',
    }),
    reserveFraction: Type.Number({
      default: 0.05,
      minimum: 0,
      maximum: 0.5,
      description: 'The same as a part of the file system',
    }),
  },
  { ...closed, default: {}, description: 'The durable queue between agents and everything else' },
)

const Deadlines = Type.Object(
  {
    hello: Duration({ default: '10s', description: "From a connection's upgrade to its hello" }),
    silence: Duration({
      default: '40s',
      description: 'A connection on which nothing was heard for so long is cut',
    }),
    answer: Duration({
      default: '5s',
      description: 'In which the holder of an identity must answer when another process claims it',
    }),
    probe: Duration({
      default: '1s',
      description: 'How often a journal that can not be written is tried again',
    }),
    facts: Duration({ default: '1s', description: 'How often events and documents are stored' }),
    alive: Duration({
      default: '10s',
      description: 'How often is saved that the collector and its agents live',
    }),
    ping: Duration({
      default: '15s',
      description:
        'How often a host is pinged whose agent has gone; three pings in a row without an answer say that it is down',
    }),
  },
  { ...closed, default: {}, description: 'Times that tests shorten' },
)

const Rules = Type.Object(
  {
    directory: Type.Optional(
      Type.String({
        description:
          'Directory of *.yaml with rules of the site; they add to and replace those of the pack (and clauses.yaml, with clauses of its own). Default: rules.d beside this file, where there is one',
      }),
    ),
    metrics: Type.Optional(
      Type.String({
        description:
          'Directory of *.yaml that declare metrics of the site (of generic SNMP sources, Telegraf, scripts), so that rules may name them. Default: metrics.d beside this file, where there is one',
      }),
    ),
    pack: Type.Union([Type.Literal('full'), Type.Literal('minimal'), Type.Literal('none')], {
      default: 'full',
      description:
        'How much of the rules that come with Wardround is loaded: all, those marked minimal, or none',
    }),
  },
  { ...closed, default: {}, description: 'Alert rules' },
)

const Projects = Type.Object(
  {
    directory: Type.Optional(
      Type.String({
        description:
          'Directory of *.yaml, one for each contracted system. Default: projects.d beside this file, where there is one',
      }),
    ),
  },
  { ...closed, default: {}, description: 'What contracts fix' },
)

/** collector.yaml. */
export const CollectorConfig = Type.Object(
  {
    listen: Type.String({
      default: '127.0.0.1:8470',
      description:
        'HOST:PORT of HTTP and WebSocket; [::1]:8470 for IPv6, port 0 for any that is free',
    }),
    state: Type.String({
      default: '/var/lib/wardround/collector',
      description: 'Directory of everything that the collector keeps; one collector at a time',
    }),
    hosts: Type.Array(Host, {
      default: [],
      description: 'What is known about each host beside its name',
    }),
    retention: Retention,
    limits: Limits,
    journal: Journal,
    rules: Rules,
    stores: Type.Array(StoreSettings, {
      default: [],
      description:
        'Stores outside that get a copy of every sample; the embedded one always runs beside them',
    }),
    projects: Projects,
    calendar: CalendarSettings,
    notify: NotifySettings,
    log: Type.Object(
      {
        level: Type.Union(
          LOG_LEVELS.map((level) => Type.Literal(level)),
          { default: 'info', description: 'The least that is logged' },
        ),
      },
      { ...closed, default: {}, description: 'Log, as JSON lines on stdout' },
    ),
    language: Type.Union([Type.Literal('zh-CN'), Type.Literal('en')], {
      default: 'zh-CN',
      description: 'Language of notices, and of answers that ask for none',
    }),
    deadlines: Deadlines,
    demo: Type.Boolean({
      default: false,
      description:
        'Shows invented data, as npm run demo does: every page and notice says so, and real agents are refused. Its state directory is for demos alone',
    }),
  },
  { ...closed, description: 'Configuration of the collector' },
)
export type CollectorConfig = Static<typeof CollectorConfig>
