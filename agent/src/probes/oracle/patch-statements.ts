import type { Statement, Version } from '../../statement.ts'
import { perContainer } from './per-container.ts'

/** ACTION_TIME is a TIMESTAMP in the server's own time zone, without saying so: its age is counted from the server's clock, and from UTC's now. */
const TIMES = `TO_CHAR(T.ACTION_TIME, 'YYYY-MM-DD HH24:MI:SS') AS ACTION_TEXT,
       SYSDATE - CAST(T.ACTION_TIME AS DATE) AS AGE_DAYS,
       ROUND((CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - DATE '1970-01-01'
         - (SYSDATE - CAST(T.ACTION_TIME AS DATE))) * 86400) AS ACTION_AT`

interface History {
  readonly since?: Version
  readonly before?: Version
  readonly view: string
  readonly columns: string
}

function listPatches({ view, columns, ...versions }: History): readonly Statement[] {
  return perContainer({
    id: 'oracle.patch',
    ...versions,
    cost: 'moderate',
    views: [view],
    text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.ACTION, ${columns},
       ${TIMES}
${reach.rows(reach.view(view), 'T.ACTION_TIME IS NOT NULL')}
ORDER BY T.ACTION_TIME DESC`,
  })
}

export const PATCHES: readonly Statement[] = [
  ...listPatches({
    since: [18],
    view: 'REGISTRY_SQLPATCH',
    columns:
      'T.PATCH_ID, T.PATCH_UID, T.PATCH_TYPE AS KIND, T.STATUS, T.TARGET_VERSION AS VERSION, T.DESCRIPTION',
  }),
  ...listPatches({
    since: [12, 1],
    before: [18],
    view: 'REGISTRY_SQLPATCH',
    columns: 'T.PATCH_ID, T.PATCH_UID, T.BUNDLE_SERIES AS KIND, T.STATUS, T.VERSION, T.DESCRIPTION',
  }),
  ...listPatches({
    before: [12, 1],
    view: 'REGISTRY_HISTORY',
    columns:
      'T.ID AS PATCH_ID, NULL AS PATCH_UID, T.NAMESPACE AS KIND, NULL AS STATUS, T.VERSION, T.COMMENTS AS DESCRIPTION',
  }).filter(({ where }) => where?.['container']?.includes('non-cdb')),
]

export const COMPONENTS: readonly Statement[] = perContainer({
  id: 'oracle.patch.components',
  cost: 'moderate',
  views: ['REGISTRY'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.COMP_ID, T.VERSION, T.STATUS
${reach.rows(reach.view('REGISTRY'), 'T.COMP_ID IS NOT NULL')}
ORDER BY 1, 2`,
})

export const PATCH_STATEMENTS: readonly Statement[] = [...PATCHES, ...COMPONENTS]
