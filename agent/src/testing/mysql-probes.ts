import type { Probe } from '../probe.ts'
import account from '../probes/mysql/account.ts'
import binlog from '../probes/mysql/binlog.ts'
import innodb from '../probes/mysql/innodb.ts'
import instance from '../probes/mysql/instance.ts'
import replica from '../probes/mysql/replica.ts'
import schema from '../probes/mysql/schema.ts'
import settings from '../probes/mysql/settings.ts'
import status from '../probes/mysql/status.ts'
import tx from '../probes/mysql/tx.ts'
import up from '../probes/mysql/up.ts'
import user from '../probes/mysql/user.ts'

/** All probes of MySQL, by the end of their names. */
export const MYSQL_PROBES = {
  account,
  binlog,
  innodb,
  instance,
  replica,
  schema,
  settings,
  status,
  tx,
  up,
  user,
} as const satisfies Record<string, Probe>
