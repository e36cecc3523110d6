import { VERSION } from '../../version.ts'

/** The version of InfluxDB whose HTTP API this is; clients choose by it what they send. */
const API_VERSION = '1.8.10'

/** Headers of every answer of InfluxDB's API. */
export const INFLUX_HEADERS = {
  'x-influxdb-version': API_VERSION,
  'x-influxdb-build': 'Wardround',
} as const

/** What `/ping?verbose=true` and `/health` say. */
export const INFLUX_NAME = { api: API_VERSION, product: `Wardround ${VERSION}` } as const
