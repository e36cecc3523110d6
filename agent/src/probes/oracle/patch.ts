import { gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import { describeRows } from './describe-rows.ts'
import { COMPONENTS, PATCHES, PATCH_STATEMENTS } from './patch-statements.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

/**
 * Patches as the database itself has them: what datapatch has done, which an Oracle home that was patched without it lacks. Source:
 * DBA_REGISTRY_SQLPATCH from 12c on (other columns from 18c on), DBA_REGISTRY_HISTORY before, which knows no status; DBA_REGISTRY. In
 * CDB$ROOT the CDB_ views, as a PDB may lack a patch. Needs: SELECT on them. Since: 11.2. Ids and texts go into `oracle_patches`.
 */
export default defineProbe({
  name: 'oracle.patch',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  deadlineMs: 60_000,
  cost: 'moderate',
  reads: {
    zh: 'DBA_REGISTRY_SQLPATCH 或 DBA_REGISTRY_HISTORY，DBA_REGISTRY（根容器中为 CDB_）',
    en: 'DBA_REGISTRY_SQLPATCH or DBA_REGISTRY_HISTORY, DBA_REGISTRY (CDB_ in the root)',
  },
  needs: {
    zh: 'SELECT on 上述视图；根容器中另加 V_$CONTAINERS',
    en: 'SELECT on them; in the root also V_$CONTAINERS',
  },
  help: { zh: '数据库补丁与组件', en: 'Patches and components of the database' },
  measurements: {
    oracle_patch: {
      identifyingTags: ['database', 'pdb'],
      fields: {
        last_patch_time: gauge(
          'timestamp_seconds',
          '最近一次打补丁的时间；从未打过时缺失',
          'When a patch was last applied or rolled back; missing when none ever was',
        ),
        last_patch_age_days: gauge(
          'count',
          '距最近一次打补丁的天数',
          'Days since a patch was last applied or rolled back',
          0.01,
        ),
        status: state('最近一次打补丁的结果', 'How that went', {
          0: { zh: '其他', en: 'another' },
          1: { zh: '成功', en: 'SUCCESS' },
          2: { zh: '有错误', en: 'WITH ERRORS' },
        }),
        components_invalid: gauge(
          'count',
          '状态异常的数据库组件数',
          'Components of the database that are not valid',
        ),
      },
    },
  },
  statements: PATCH_STATEMENTS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, remark, memory } = run
    const tags = await session.databaseTags(signal)
    const parts = new Parts(remark)
    const patches = await parts.ask(session.rows(PATCHES, signal))
    const components = await parts.ask(session.rows(COMPONENTS, signal))
    for (const [pdb, newest] of newestByContainer(patches ?? [])) {
      emit(
        'oracle_patch',
        { ...tags, pdb },
        {
          last_patch_time: numberOf(newest, 'ACTION_AT'),
          last_patch_age_days: numberOf(newest, 'AGE_DAYS'),
          status: patchStatusOf(textOf(newest, 'STATUS')),
        },
      )
    }
    for (const [pdb, components_invalid] of invalidByContainer(components ?? []))
      emit('oracle_patch', { ...tags, pdb }, { components_invalid })
    const body = {
      patches: describeRows(patches ?? [], PATCH_COLUMNS, MOST_PATCHES),
      components: describeRows(components ?? [], COMPONENT_COLUMNS, MOST_COMPONENTS),
    }
    parts.settle()
    return sendWhenChanged(run, `oracle_patches:${session.instance}`, body, memory)
  },
})

/** The rows come newest first. */
function newestByContainer(patches: readonly Row[]): ReadonlyMap<string, Row> {
  const newest = new Map<string, Row>()
  for (const row of patches) {
    const pdb = textOf(row, 'PDB') ?? ''
    if (!newest.has(pdb)) newest.set(pdb, row)
  }
  return newest
}

/** Left out on purpose, or taken away: nothing is wrong with these. */
const FINE = ['VALID', 'OPTION OFF', 'REMOVED', 'DOWNGRADED']

function invalidByContainer(components: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of components) {
    const pdb = textOf(row, 'PDB') ?? ''
    const isFine = FINE.includes(textOf(row, 'STATUS') ?? '')
    counts.set(pdb, (counts.get(pdb) ?? 0) + Number(!isFine))
  }
  return counts
}

/** Undefined where the server does not say (11g). Later releases say which part had errors: `WITH ERRORS (RU)`. */
function patchStatusOf(status: string | undefined): number | undefined {
  if (status === undefined) return undefined
  if (status === 'SUCCESS') return 1
  return status.startsWith('WITH ERRORS') ? 2 : 0
}

/** Of a database with very many PDBs: a document has room for these. */
const MOST_PATCHES = 500
const MOST_COMPONENTS = 1000

const PATCH_COLUMNS = {
  pdb: 'PDB',
  id: 'PATCH_ID',
  uid: 'PATCH_UID',
  kind: 'KIND',
  action: 'ACTION',
  status: 'STATUS',
  version: 'VERSION',
  description: 'DESCRIPTION',
  at: 'ACTION_TEXT',
}

const COMPONENT_COLUMNS = { pdb: 'PDB', id: 'COMP_ID', version: 'VERSION', status: 'STATUS' }
