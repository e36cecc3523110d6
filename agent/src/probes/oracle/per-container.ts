import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'

/** Where a question about the dictionary is asked: the words that differ between one container and all of them. */
export interface Reach {
  /** The dictionary's view of that name, `USERS`: DBA_USERS in one container, CDB_USERS over all of them. */
  view(name: string): string
  /** `T.CON_ID` as a column of a list, with its comma; nothing where there is but one container. */
  containerOf(alias: string): string
  /** Rows of two aliases belong to the same container, after the other conditions of a join. */
  sameContainer(left: string, right: string): string
  /** Name of the container, as a column of a list. */
  readonly pdb: string
  /** The rows of `from` (a view or a select in brackets) as T, each with its container. */
  rows(from: string, condition: string): string
  /** The same grouped by container and `by`; a container without such rows has one of NULLs, so that it can say 0. */
  groups(from: string, condition: string, by?: string): string
}

interface Question extends Omit<Statement, 'text' | 'reads' | 'grants' | 'where'> {
  /** Names of the dictionary's views, without DBA_ and CDB_. */
  readonly views: readonly string[]
  readonly text: (reach: Reach) => string
}

const READABLE = `C.OPEN_MODE IN ('READ WRITE', 'READ ONLY') AND C.NAME <> 'PDB$SEED'`

const ONE: Omit<Reach, 'pdb'> = {
  view: (name) => `DBA_${name}`,
  containerOf: () => '',
  sameContainer: () => '',
  rows: (from, condition) => `FROM ${from} T WHERE ${condition}`,
  groups: (from, condition, by) =>
    by === undefined
      ? `FROM ${from} T WHERE ${condition}`
      : `FROM DUAL LEFT JOIN ${from} T ON ${condition} GROUP BY ${by}`,
}

const ALL: Reach = {
  view: (name) => `CDB_${name}`,
  containerOf: (alias) => `${alias}.CON_ID, `,
  sameContainer: (left, right) => ` AND ${left}.CON_ID = ${right}.CON_ID`,
  pdb: 'C.NAME',
  rows: (from, condition) =>
    `FROM ${from} T JOIN V$CONTAINERS C ON C.CON_ID = T.CON_ID WHERE ${READABLE} AND ${condition}`,
  groups: (from, condition, by) =>
    `FROM V$CONTAINERS C LEFT JOIN ${from} T ON T.CON_ID = C.CON_ID AND ${condition} ` +
    `WHERE ${READABLE} GROUP BY C.NAME${by === undefined ? '' : `, ${by}`}`,
}

/**
 * One question about the dictionary as a statement per kind of database: in the root of a container database over all containers that
 * are open and that the account may see (`ALTER USER … SET CONTAINER_DATA=ALL CONTAINER=CURRENT`), else over the one it is connected to.
 * The column PDB is NULL where there are no containers.
 */
export function perContainer({ views, text, ...question }: Question): readonly Statement[] {
  const one = views.map((name) => `DBA_${name}`)
  const all = views.map((name) => `CDB_${name}`)
  const make = (container: string, reach: Reach, read: readonly string[]): Statement => ({
    ...(container === 'non-cdb' ? {} : { since: [12, 1] }),
    ...question,
    text: text(reach),
    where: { container: [container] },
    ...reading(...read),
  })
  return [
    make('non-cdb', { ...ONE, pdb: 'NULL' }, one),
    make('pdb', { ...ONE, pdb: `SYS_CONTEXT('USERENV', 'CON_NAME')` }, one),
    make('root', ALL, [...all, 'V$CONTAINERS']),
  ]
}
