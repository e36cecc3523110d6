import { Type, type Static } from 'typebox'

/*
 * The files that Grafana reads at its start (grafana.com, "Provision Grafana"): of the documented members those that ours use, closed, so that a member that
 * is misspelt is found before Grafana passes over it.
 */

const closed = { additionalProperties: false }

const ApiVersion = Type.Literal(1, { description: 'Version of the format' })
const OrgId = Type.Integer({ minimum: 1, description: 'Organisation of Grafana' })
const Uid = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,40}$',
  description: 'Its name in links, at most 40 characters',
})

const DataSource = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'What people choose' }),
    uid: Uid,
    type: Type.Union([Type.Literal('influxdb'), Type.Literal('prometheus')], {
      description: "The data source's plugin",
    }),
    access: Type.Literal('proxy', { description: "Grafana's server asks, not the browser" }),
    orgId: OrgId,
    url: Type.String({ pattern: '^https?://', description: 'Of the store' }),
    isDefault: Type.Boolean({ description: 'What new panels ask' }),
    editable: Type.Boolean({ description: 'Whether people may change it in Grafana' }),
    jsonData: Type.Object(
      {
        version: Type.Optional(
          Type.Literal('InfluxQL', { description: 'Language of an influxdb' }),
        ),
        dbName: Type.Optional(Type.String({ description: 'Database of an influxdb' })),
        httpMethod: Type.Optional(
          Type.Union([Type.Literal('GET'), Type.Literal('POST')], {
            description: 'How queries are sent',
          }),
        ),
        httpHeaderName1: Type.Optional(Type.String({ description: 'A header of every request' })),
        timeInterval: Type.Optional(
          Type.String({ pattern: '^[1-9][0-9]*(ms|s|m|h)$', description: 'Shortest window' }),
        ),
        prometheusType: Type.Optional(
          Type.Union([Type.Literal('Prometheus'), Type.Literal('Mimir'), Type.Literal('Thanos')], {
            description: 'Whose API a prometheus is',
          }),
        ),
      },
      { ...closed, description: "The plugin's settings" },
    ),
    secureJsonData: Type.Optional(
      Type.Object(
        {
          httpHeaderValue1: Type.String({
            description: 'Value of the header; ${NAME} is of the environment',
          }),
        },
        { ...closed, description: 'What Grafana keeps encrypted' },
      ),
    ),
  },
  closed,
)

/** provisioning/datasources/*.yaml of Grafana. */
export const DataSourcesFile = Type.Object(
  {
    apiVersion: ApiVersion,
    prune: Type.Boolean({ description: 'What was provisioned and is in no file any more goes' }),
    datasources: Type.Array(DataSource, { minItems: 1, description: 'Where numbers come from' }),
  },
  closed,
)

const Provider = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Names the provider' }),
    orgId: OrgId,
    folder: Type.String({ description: 'Title of the folder' }),
    folderUid: Uid,
    type: Type.Literal('file', { description: 'From files' }),
    disableDeletion: Type.Boolean({ description: 'People can not delete them in Grafana' }),
    allowUiUpdates: Type.Boolean({ description: 'People can save changes in Grafana' }),
    updateIntervalSeconds: Type.Integer({
      minimum: 10,
      description: 'How often files are looked at',
    }),
    options: Type.Object(
      {
        path: Type.String({ pattern: '^/', description: 'The directory of the boards' }),
        foldersFromFilesStructure: Type.Boolean({ description: 'A folder for each directory' }),
      },
      { ...closed, description: 'Where they lie' },
    ),
  },
  closed,
)

/** provisioning/dashboards/*.yaml of Grafana. */
export const DashboardsFile = Type.Object(
  {
    apiVersion: ApiVersion,
    providers: Type.Array(Provider, { minItems: 1, description: 'Where boards come from' }),
  },
  closed,
)

const Receiver = Type.Object(
  {
    uid: Uid,
    type: Type.Literal('webhook', { description: 'Who is called' }),
    disableResolveMessage: Type.Boolean({ description: 'Say nothing when it is over' }),
    settings: Type.Object(
      {
        url: Type.String({ minLength: 1, description: 'Where to; ${NAME} is of the environment' }),
        httpMethod: Type.Union([Type.Literal('POST'), Type.Literal('PUT')], {
          description: 'How it is sent',
        }),
        maxAlerts: Type.Integer({ minimum: 0, description: 'At most so many at once; 0: all' }),
      },
      { ...closed, description: "The webhook's settings" },
    ),
  },
  closed,
)

/** provisioning/alerting/*.yaml of Grafana, with contact points alone. */
export const ContactPointsFile = Type.Object(
  {
    apiVersion: ApiVersion,
    contactPoints: Type.Array(
      Type.Object(
        {
          orgId: OrgId,
          name: Type.String({ minLength: 1, description: 'What policies name' }),
          receivers: Type.Array(Receiver, { minItems: 1, description: 'Whom it tells' }),
        },
        closed,
      ),
      { minItems: 1, description: 'Whom alerts of Grafana are told' },
    ),
  },
  closed,
)

export type DataSourcesFile = Static<typeof DataSourcesFile>
export type DashboardsFile = Static<typeof DashboardsFile>
export type ContactPointsFile = Static<typeof ContactPointsFile>
