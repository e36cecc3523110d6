import type { SignIn, TargetParts } from '../influxdb/influxdb-target.ts'
import { basic } from '../influxdb/influxdb-target.ts'
import type { VictoriaMetricsSettings } from '../remote/store-settings.ts'

/** The single version writes at `/api/v2/write`; a cluster's vminsert at `/insert/ACCOUNT/influx/api/v2/write`. */
export function victoriaMetricsTarget(
  { account, username }: VictoriaMetricsSettings,
  { password, token }: SignIn,
): TargetParts {
  const prefix = account === undefined ? '' : `/insert/${account}/influx`
  return {
    path: `${prefix}/api/v2/write?precision=ms`,
    backslash: 'doubled',
    authorization: token === undefined ? basic(username, password) : `Bearer ${token}`,
  }
}
