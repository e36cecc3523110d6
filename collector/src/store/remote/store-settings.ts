import { Duration, SecretReference } from '@wardround/program'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const

/** What every kind of store outside has. */
const COMMON = {
  name: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$',
    description: 'What this store is called in metrics, alerts and commands',
  }),
  url: Type.String({
    description: 'http:// or https:// address, with the path that a proxy before it wants',
  }),
  ca: Type.Optional(
    Type.String({ description: "PEM file of the authority that signed the store's certificate" }),
  ),
  gzip: Type.Boolean({
    default: false,
    description: 'Compress what is sent: worth its CPU where the link is slow',
  }),
  deadline: Duration({ default: '30s', description: 'In which the store must answer a write' }),
  budget: Type.Object(
    {
      age: Duration({
        default: '48h',
        description:
          'How long samples wait for a store that is down; what is older is written down as a gap and filled from the embedded store later',
      }),
      diskFraction: Type.Number({
        default: 0.2,
        minimum: 0.01,
        maximum: 0.8,
        description: 'The most that waits, as a part of the file system of the journal',
      }),
    },
    { ...closed, default: {}, description: 'How much waits for it' },
  ),
} as const

const InfluxDbSettings = Type.Object(
  {
    ...COMMON,
    kind: Type.Literal('influxdb', { description: 'InfluxDB 1.8, 2.x or 3.x' }),
    database: Type.Optional(
      Type.String({ minLength: 1, description: 'InfluxDB 1.x: the database' }),
    ),
    retentionPolicy: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'InfluxDB 1.x: the retention policy, if not its default',
      }),
    ),
    username: Type.Optional(Type.String({ minLength: 1, description: 'InfluxDB 1.x: the user' })),
    password: Type.Optional(SecretReference),
    org: Type.Optional(
      Type.String({ minLength: 1, description: 'InfluxDB 2.x: the organization' }),
    ),
    bucket: Type.Optional(
      Type.String({ minLength: 1, description: 'InfluxDB 2.x: the bucket; 3.x: the database' }),
    ),
    token: Type.Optional(SecretReference),
  },
  { ...closed, description: 'InfluxDB' },
)

const VictoriaMetricsSettings = Type.Object(
  {
    ...COMMON,
    kind: Type.Literal('victoriametrics', {
      description: 'VictoriaMetrics, single or cluster, and what takes its paths (vmagent)',
    }),
    account: Type.Optional(
      Type.String({
        pattern: '^[0-9]+(:[0-9]+)?$',
        description: "Cluster: accountID or accountID:projectID; url is vminsert's then",
      }),
    ),
    username: Type.Optional(Type.String({ minLength: 1, description: 'User of vmauth' })),
    password: Type.Optional(SecretReference),
    token: Type.Optional(SecretReference),
  },
  { ...closed, description: 'VictoriaMetrics' },
)

/** One of `stores:`. */
export const StoreSettings = Type.Union([InfluxDbSettings, VictoriaMetricsSettings], {
  description: 'A store outside that gets a copy of every sample',
})
export type StoreSettings = Static<typeof StoreSettings>
export type InfluxDbSettings = Static<typeof InfluxDbSettings>
export type VictoriaMetricsSettings = Static<typeof VictoriaMetricsSettings>
