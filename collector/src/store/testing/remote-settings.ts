import { influxDbTarget, type TargetParts } from '../influxdb/influxdb-target.ts'
import type { RemoteStoreSettings } from '../remote/read-stores.ts'
import { victoriaMetricsTarget } from '../victoriametrics/victoriametrics-target.ts'

const NO_SECRETS = { password: undefined, token: undefined }
const BUDGET_MS = 48 * 3_600_000

/** A store outside as its configuration would have it. */
export function settingsOf(
  kind: RemoteStoreSettings['kind'],
  name: string,
  url: string,
): RemoteStoreSettings {
  const budget = { ageMs: BUDGET_MS, diskFraction: 0.2 }
  const common = { name, url, gzip: false, deadline: '30s' }
  const settings = { ...common, budget: { age: '48h', diskFraction: 0.2 } }
  const parts: TargetParts =
    kind === 'influxdb'
      ? influxDbTarget({ ...settings, kind, database: 'wardround' }, NO_SECRETS)
      : victoriaMetricsTarget({ ...settings, kind }, NO_SECRETS)
  if ('problem' in parts) throw new Error(parts.problem.en)
  const { path, backslash, settlesMs } = parts
  const written = { url, path, backslash, settlesMs }
  const target = { ...written, headers: {}, deadlineMs: 30_000, gzip: false, tls: {} }
  return { name, kind, budget, target }
}
