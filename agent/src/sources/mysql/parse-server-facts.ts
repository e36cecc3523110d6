import { flagOf, textOf, type Row } from '../../row.ts'
import { parseVersion, type ServerFacts } from '../../statement.ts'

/**
 * What server it is, by its answer to `mysql.session.server`. MariaDB says so in its version (`10.11.14-MariaDB-…`), before which some
 * set `5.5.5-` for old clients.
 * @throws ProbeError UNPARSABLE
 */
export function parseServerFacts(row: Row): ServerFacts {
  const written = textOf(row, 'version') ?? ''
  const comment = textOf(row, 'version_comment') ?? ''
  const isMariadb = /mariadb/i.test(`${written} ${comment}`)
  const version = isMariadb ? written.replace(/^5\.5\.5-/, '') : written
  const product = isMariadb ? 'MariaDB' : 'MySQL'
  return {
    versionText: `${product} ${version}${comment === '' ? '' : ` (${comment})`}`,
    version: parseVersion(version),
    traits: {
      flavour: isMariadb ? 'mariadb' : 'mysql',
      performance_schema: flagOf(row, 'performance_schema') === 1 ? 'on' : 'off',
    },
  }
}
