// What the fault rows drive without a whole agent: its plan of when to sample and when to connect again.
export { NO_HISTORY, planReconnect } from '../reconnect-policy.ts'
export type { BackOffSettings, ConnectionEnd, ConnectHistory } from '../reconnect-policy.ts'
export { startScheduler } from '../scheduler.ts'
export { ManualTime } from './manual-time.ts'
export { FakeOracle, oracleError } from './fake-oracle.ts'
export { openOracleSource, ORACLE_PING, writeOraclePassword } from './open-oracle-source.ts'
export type { OpenedOracle } from './open-oracle-source.ts'
export {
  CREATE_ACCOUNT,
  listPostgresqlStatements,
  loadPostgresqlProbes,
  NO_POSTGRESQL,
  openPostgresql,
} from './open-postgresql.ts'
export { PostgresqlServer } from './postgresql-server.ts'
export { sampleOnce } from './sample-once.ts'
export { OpenBackupJob } from './open-backup-job.ts'
export { MariadbServer, NO_MARIADB } from './mariadb-server.ts'
export { MYSQL_PROBES } from './mysql-probes.ts'
export { makeMonitorAccount, openMysqlSource, writeMysqlPassword } from './open-mysql-source.ts'
export type { MysqlSourceSettings, OpenedMysqlSource } from './open-mysql-source.ts'
export { systemClocks } from '../clocks.ts'
export { OpenedSnmp } from './open-snmp-source.ts'
export { SNMP_PROBES } from './snmp-probes.ts'
export { brocadeWalk } from './snmp-walks/brocade-walk.ts'
export { UdpDevice } from './udp-device.ts'
