import { gauge } from '../../field.ts'
import { maskSetting } from '../../mask-secrets.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const QUESTION = {
  id: 'oracle.param',
  cost: 'cheap',
  ...reading('V$SYSTEM_PARAMETER'),
} as const satisfies Partial<Statement>

/** The root sees what PDBs have set for themselves as well, under the same names: those rows are of the PDBs. */
const PARAMETERS: readonly Statement[] = [
  {
    ...QUESTION,
    since: [12, 1],
    where: { container: ['root'] },
    text: selectParameters(' AND CON_ID IN (0, 1)'),
  },
  { ...QUESTION, where: { container: ['non-cdb', 'pdb'] }, text: selectParameters('') },
]

/** Longest text of a value that is kept, e.g. of LOG_ARCHIVE_DEST_n. */
const LONGEST_VALUE = 500

/**
 * Parameters of the instance that are not at their default, with the history of their changes. Source: V$SYSTEM_PARAMETER (in a PDB,
 * what holds there; in the root, what holds for the whole). Needs: SELECT on it. Since: 11.2. Values that are or hold credentials are masked.
 */
export default defineProbe({
  name: 'oracle.param',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'cheap',
  reads: 'V$SYSTEM_PARAMETER',
  needs: 'SELECT on V_$SYSTEM_PARAMETER',
  help: {
    zh: '非默认的初始化参数及其变更历史',
    en: 'Initialization parameters that are not at their default, with their history',
  },
  measurements: {
    oracle_param: {
      identifyingTags: ['database', 'instance'],
      fields: {
        set: gauge('count', '显式设置的参数数', 'Parameters that the parameter file sets'),
        modified: gauge(
          'count',
          '实例启动后改过的参数数',
          'Parameters changed since the instance started',
        ),
      },
    },
  },
  statements: PARAMETERS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, memory } = run
    const tags = await session.instanceTags(signal)
    const rows = await session.rows(PARAMETERS, signal)
    emit('oracle_param', tags, {
      set: rows.filter((row) => textOf(row, 'ISDEFAULT') === 'FALSE').length,
      modified: rows.filter((row) => textOf(row, 'ISMODIFIED') !== 'FALSE').length,
    })
    const body = { parameters: Object.fromEntries(rows.map(describe)) }
    return sendWhenChanged(run, `oracle_parameters:${session.instance}`, body, memory)
  },
})

function describe(row: Row): [string, string] {
  const name = textOf(row, 'NAME') ?? ''
  return [name, maskSetting(name, textOf(row, 'VALUE') ?? '').slice(0, LONGEST_VALUE)]
}

function selectParameters(condition: string): string {
  return `
SELECT NAME, VALUE, ISDEFAULT, ISMODIFIED FROM V$SYSTEM_PARAMETER
WHERE (ISDEFAULT = 'FALSE' OR ISMODIFIED <> 'FALSE')${condition} ORDER BY NAME, VALUE`
}
