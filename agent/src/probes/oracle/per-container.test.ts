import { expect, test } from 'vitest'

import { chooseVariant } from '../../statement.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { perContainer } from './per-container.ts'

const COUNTS = perContainer({
  id: 'oracle.bench',
  cost: 'slow',
  views: ['TABLES'],
  text: (reach) =>
    `SELECT ${reach.pdb} AS PDB, COUNT(T.TABLE_NAME) AS COUNTED ${reach.groups(reach.view('TABLES'), `T.OWNER = 'X'`)}`,
})

const choose = (container: string) => chooseVariant(COUNTS, oracleFacts({ container }))

test('asks a database without containers for its own', () => {
  expect(choose('non-cdb')).toEqual({
    id: 'oracle.bench',
    cost: 'slow',
    text: `SELECT NULL AS PDB, COUNT(T.TABLE_NAME) AS COUNTED FROM DBA_TABLES T WHERE T.OWNER = 'X'`,
    where: { container: ['non-cdb'] },
    reads: ['DBA_TABLES'],
    grants: ['GRANT SELECT ON SYS.DBA_TABLES TO wardround'],
  })
})

test('asks a PDB for its own, under its name', () => {
  const statement = choose('pdb')
  expect(statement?.text).toContain(`SELECT SYS_CONTEXT('USERENV', 'CON_NAME') AS PDB`)
  expect(statement?.reads).toEqual(['DBA_TABLES'])
  expect(statement?.since).toEqual([12, 1])
})

test('asks the root for all containers that are open, the seed left out', () => {
  const statement = choose('root')
  expect(statement?.text).toBe(
    `SELECT C.NAME AS PDB, COUNT(T.TABLE_NAME) AS COUNTED FROM V$CONTAINERS C LEFT JOIN CDB_TABLES T ON T.CON_ID = C.CON_ID AND T.OWNER = 'X' ` +
      `WHERE C.OPEN_MODE IN ('READ WRITE', 'READ ONLY') AND C.NAME <> 'PDB$SEED' GROUP BY C.NAME`,
  )
  expect(statement?.grants).toEqual([
    'GRANT SELECT ON SYS.CDB_TABLES TO wardround',
    'GRANT SELECT ON SYS.V_$CONTAINERS TO wardround',
  ])
})
