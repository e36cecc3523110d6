import type { ServerReadings } from '../server/server-readings.ts'

/**
 * What the probes of MySQL and MariaDB read through. `facts.traits`: `flavour` (mysql, mariadb), `performance_schema` (on, off).
 */
export type MysqlSession = ServerReadings
