import { LANGUAGES } from '../grafana/language.ts'
import type { Dialect, Language } from '../grafana/language.ts'
import type { ContactPointsFile, DashboardsFile, DataSourcesFile } from './provisioning-schemas.ts'

/** A file of Grafana's provisioning before it is written as YAML. */
export interface ProvisioningFile {
  /** From the repository's root. */
  readonly path: string
  /** What stands above it, for who installs it. */
  readonly comment: readonly string[]
  readonly content: DataSourcesFile | DashboardsFile | ContactPointsFile
}

const ROOT = 'dashboards/provisioning'
/** Where packages put the boards. */
const INSTALLED = '/usr/share/wardround/grafana'
const BASICS = { access: 'proxy', orgId: 1, isDefault: true, editable: false } as const

/** Everything that Grafana can be given before it starts: one file of data sources, one of boards; the contact point only for who wants it. */
export function provisioningFiles(): ProvisioningFile[] {
  return [
    embedded(),
    influxDb(),
    victoriaMetrics(),
    ...LANGUAGES.flatMap((language) => [boards('influxql', language), boards('promql', language)]),
    contactPoint(),
  ]
}

function embedded(): ProvisioningFile {
  return {
    path: `${ROOT}/datasources/wardround-embedded.yaml`,
    comment: [
      '监控中心自带的内置库作为数据源。复制到 Grafana 的 provisioning/datasources/；三个数据源文件只用一个。',
      "The collector's own store as a data source. Copy it to provisioning/datasources/ of Grafana; of the three, one is used.",
      '令牌：wardround-collector token create --api grafana，放入 Grafana 的环境变量 WARDROUND_TOKEN。',
      'Token: wardround-collector token create --api grafana, as WARDROUND_TOKEN in the environment of Grafana.',
    ],
    content: {
      apiVersion: 1,
      prune: true,
      datasources: [
        {
          name: 'Wardround',
          uid: 'wardround',
          type: 'influxdb',
          ...BASICS,
          url: 'http://127.0.0.1:8470',
          jsonData: influxSettings('wardround'),
          secureJsonData: { httpHeaderValue1: 'Token ${WARDROUND_TOKEN}' },
        },
      ],
    },
  }
}

function influxDb(): ProvisioningFile {
  return {
    path: `${ROOT}/datasources/influxdb.yaml`,
    comment: [
      'InfluxDB（1.8，或已建立 DBRP 映射的 2.x）作为数据源；dbName 与监控中心写入的库一致。',
      'InfluxDB (1.8, or 2.x with a DBRP mapping) as a data source; dbName is what the collector writes to.',
      '1.x 未启用认证时删去 httpHeaderName1 与 secureJsonData。Without sign-in (1.x) leave out httpHeaderName1 and secureJsonData.',
    ],
    content: {
      apiVersion: 1,
      prune: true,
      datasources: [
        {
          name: 'InfluxDB',
          uid: 'wardround',
          type: 'influxdb',
          ...BASICS,
          url: 'http://127.0.0.1:8086',
          jsonData: influxSettings('wardround'),
          secureJsonData: { httpHeaderValue1: 'Token ${INFLUXDB_TOKEN}' },
        },
      ],
    },
  }
}

function influxSettings(dbName: string) {
  return {
    version: 'InfluxQL',
    dbName,
    httpMethod: 'POST',
    httpHeaderName1: 'Authorization',
    timeInterval: '10s',
  } as const
}

function victoriaMetrics(): ProvisioningFile {
  return {
    path: `${ROOT}/datasources/victoriametrics.yaml`,
    comment: [
      'VictoriaMetrics（单机）作为数据源；集群版的地址为 http://vmselect:8481/select/0/prometheus。',
      'VictoriaMetrics (single) as a data source; a cluster is at http://vmselect:8481/select/0/prometheus.',
    ],
    content: {
      apiVersion: 1,
      prune: true,
      datasources: [
        {
          name: 'VictoriaMetrics',
          uid: 'wardround',
          type: 'prometheus',
          ...BASICS,
          url: 'http://127.0.0.1:8428',
          jsonData: { httpMethod: 'POST', timeInterval: '10s', prometheusType: 'Prometheus' },
        },
      ],
    },
  }
}

function boards(dialect: Dialect, language: Language): ProvisioningFile {
  return {
    path: `${ROOT}/dashboards/wardround-${dialect}-${language}.yaml`,
    comment: [
      '看板。复制到 Grafana 的 provisioning/dashboards/；四个文件只用一个，path 指向看板所在目录。',
      'The boards. Copy it to provisioning/dashboards/ of Grafana; of the four, one is used. path is where the boards lie.',
    ],
    content: {
      apiVersion: 1,
      providers: [
        {
          name: 'Wardround',
          orgId: 1,
          folder: 'Wardround',
          folderUid: 'wardround',
          type: 'file',
          disableDeletion: true,
          allowUiUpdates: false,
          updateIntervalSeconds: 30,
          options: {
            path: `${INSTALLED}/${dialect}/${language}`,
            foldersFromFilesStructure: false,
          },
        },
      ],
    },
  }
}

function contactPoint(): ProvisioningFile {
  return {
    path: `${ROOT}/opt-in/contact-point.yaml`,
    comment: [
      '可选：Grafana 自身告警的联络点（webhook）。监控中心的告警不经过这里；只有在 Grafana 中另建了告警规则时才需要。复制到 provisioning/alerting/。',
      "Only for who wants it: a contact point (webhook) for Grafana's own alerts. The collector's alerts don't come this way; it is for rules that were made in Grafana. Copy it to provisioning/alerting/.",
    ],
    content: {
      apiVersion: 1,
      contactPoints: [
        {
          orgId: 1,
          name: 'Wardround',
          receivers: [
            {
              uid: 'wardround-webhook',
              type: 'webhook',
              disableResolveMessage: false,
              settings: { url: '${WARDROUND_WEBHOOK}', httpMethod: 'POST', maxAlerts: 0 },
            },
          ],
        },
      ],
    },
  }
}
