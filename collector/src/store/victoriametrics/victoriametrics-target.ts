import type { SignIn, TargetParts } from '../influxdb/influxdb-target.ts'
import { basic } from '../influxdb/influxdb-target.ts'
import type { VictoriaMetricsSettings } from '../remote/store-settings.ts'

/** It answers before what it took is on its disk, and writes it there within 5 s (`-inmemoryDataFlushInterval`; before version 1.85 within a second). */
const SETTLES_MS = 10_000

/** The single version writes at `/api/v2/write`; a cluster's vminsert at `/insert/ACCOUNT/influx/api/v2/write`. */
export function victoriaMetricsTarget(
  { account, username }: VictoriaMetricsSettings,
  { password, token }: SignIn,
): TargetParts {
  const prefix = account === undefined ? '' : `/insert/${account}/influx`
  return {
    path: `${prefix}/api/v2/write?precision=ms`,
    backslash: 'doubled',
    settlesMs: SETTLES_MS,
    authorization: token === undefined ? basic(username, password) : `Bearer ${token}`,
  }
}
