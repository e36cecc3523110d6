import type { Row } from '../row.ts'
import type { ServerFacts } from '../statement.ts'

/** Servers that Debian does not have, as their first answer shows them. */
export const MYSQL_5_7 = factsOf('MySQL 5.7.44-log', [5, 7, 44], 'mysql', 'on')
export const MYSQL_8_0_21 = factsOf('MySQL 8.0.21', [8, 0, 21], 'mysql', 'on')
export const MYSQL_8_4 = factsOf('MySQL 8.4.3', [8, 4, 3], 'mysql', 'on')
export const MYSQL_8_4_BARE = factsOf('MySQL 8.4.3', [8, 4, 3], 'mysql', 'off')
export const MARIADB_10_4 = mariadbOf(10, 4, 34)

/** A MariaDB by the numbers of its version. */
export function mariadbOf(...version: readonly number[]): ServerFacts {
  return factsOf(`MariaDB ${version.join('.')}-MariaDB`, version, 'mariadb', 'off')
}

function factsOf(
  versionText: string,
  version: readonly number[],
  flavour: string,
  performanceSchema: string,
): ServerFacts {
  return { versionText, version, traits: { flavour, performance_schema: performanceSchema } }
}

/** Rows as SHOW … STATUS and SHOW … VARIABLES give them. */
export function shownRows(values: Readonly<Record<string, string>>): readonly Row[] {
  return Object.entries(values).map(([name, value]) => ({ Variable_name: name, Value: value }))
}
