import { gauge } from '../../field.ts'
import { defineProbe, type Emit } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import {
  DISABLED_TRIGGERS,
  INVALID,
  RECYCLE_BIN,
  STALE_STATISTICS,
  TABLES,
  UNUSABLE_INDEXES,
  UNUSABLE_PARTITIONS,
} from './object-statements.ts'

const MEASUREMENTS = {
  oracle_objects: {
    identifyingTags: ['database', 'pdb', 'kind'],
    fields: {
      invalid: gauge('count', '失效对象数', 'Invalid objects'),
      unusable_indexes: gauge('count', '不可用的索引数', 'Unusable indexes'),
      unusable_partitions: gauge(
        'count',
        '不可用的索引分区与子分区数',
        'Unusable partitions and subpartitions of indexes',
      ),
      disabled_triggers: gauge('count', '被禁用的触发器数', 'Disabled triggers'),
      tables: gauge('count', '表数', 'Tables'),
      stale_stats: gauge(
        'count',
        '统计信息过期的表数；表多于 10 万张时不查',
        'Tables with stale statistics; not looked at above 100,000 tables',
      ),
      recyclebin_bytes: gauge('bytes', '回收站占用', 'Held by the recycle bin'),
    },
  },
} as const

type Field = keyof (typeof MEASUREMENTS)['oracle_objects']['fields']

interface Question {
  readonly field: Field
  readonly statements: readonly Statement[]
  /** Where the rows do not say it themselves. */
  readonly kind: string
}

const QUESTIONS: readonly Question[] = [
  { field: 'invalid', statements: INVALID, kind: 'VIEW' },
  { field: 'unusable_indexes', statements: UNUSABLE_INDEXES, kind: 'INDEX' },
  { field: 'unusable_partitions', statements: UNUSABLE_PARTITIONS, kind: 'INDEX PARTITION' },
  { field: 'disabled_triggers', statements: DISABLED_TRIGGERS, kind: 'TRIGGER' },
  { field: 'recyclebin_bytes', statements: RECYCLE_BIN, kind: 'TABLE' },
]

const MOST_TABLES = 100_000

const TOO_MANY_TABLES = {
  zh: `表多于 ${MOST_TABLES} 张，不查过期的统计信息`,
  en: `more than ${MOST_TABLES} tables: stale statistics are not looked at`,
}

/**
 * What in the dictionary needs a hand: by kind of object, the accounts of Oracle's own options left out where they come with oddities
 * (triggers, tables). Source: DBA_OBJECTS, DBA_INDEXES, DBA_IND_PARTITIONS, DBA_IND_SUBPARTITIONS, DBA_TRIGGERS, DBA_TABLES,
 * DBA_TAB_STATISTICS, DBA_RECYCLEBIN, DBA_TABLESPACES; in CDB$ROOT the CDB_ views. Needs: SELECT on them. Since: 11.2. Cost: seconds
 * each on a large dictionary, so four times a day.
 */
export default defineProbe({
  name: 'oracle.objects',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  deadlineMs: 480_000,
  cost: 'slow',
  reads: {
    zh: 'DBA_OBJECTS，DBA_INDEXES，DBA_IND_PARTITIONS，DBA_IND_SUBPARTITIONS，DBA_TRIGGERS，DBA_TABLES，DBA_TAB_STATISTICS，DBA_RECYCLEBIN，DBA_TABLESPACES（根容器中为 CDB_）',
    en: 'DBA_OBJECTS, DBA_INDEXES, DBA_IND_PARTITIONS, DBA_IND_SUBPARTITIONS, DBA_TRIGGERS, DBA_TABLES, DBA_TAB_STATISTICS, DBA_RECYCLEBIN, DBA_TABLESPACES (CDB_ in the root)',
  },
  needs: {
    zh: 'SELECT on 上述视图；根容器中另加 V_$CONTAINERS',
    en: 'SELECT on them; in the root also V_$CONTAINERS',
  },
  help: {
    zh: '失效对象、不可用索引、禁用的触发器、过期的统计信息、回收站',
    en: 'Invalid objects, unusable indexes, disabled triggers, stale statistics, the recycle bin',
  },
  measurements: MEASUREMENTS,
  statements: [
    ...QUESTIONS.flatMap(({ statements }) => statements),
    ...TABLES,
    ...STALE_STATISTICS,
  ],
  async sample({ session, emit, signal, remark }) {
    const tags = await session.databaseTags(signal)
    const parts = new Parts(remark)
    const ask = (statements: readonly Statement[]) => parts.ask(session.rows(statements, signal))
    for (const { statements, ...question } of QUESTIONS)
      emitCounts(emit, tags, question, await ask(statements))
    const tables = await ask(TABLES)
    emitCounts(emit, tags, { field: 'tables', kind: 'TABLE' }, tables)
    if (tables !== undefined && countAll(tables) > MOST_TABLES) remark(TOO_MANY_TABLES)
    else if (tables !== undefined)
      emitCounts(emit, tags, { field: 'stale_stats', kind: 'TABLE' }, await ask(STALE_STATISTICS))
    parts.settle()
  },
})

function emitCounts(
  emit: Emit<typeof MEASUREMENTS>,
  tags: { readonly database: string },
  { field, kind }: Omit<Question, 'statements'>,
  rows: readonly Row[] | undefined,
): void {
  for (const [series, counted] of countsBySeries(rows ?? [], kind)) {
    const [pdb = '', kindOfRow = ''] = series.split('\n')
    emit('oracle_objects', { ...tags, pdb, kind: kindOfRow }, { [field]: counted })
  }
}

/** By `pdb\nkind`. A container without such rows has one row of NULLs, whose kind is the question's. */
function countsBySeries(rows: readonly Row[], kind: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const series = `${textOf(row, 'PDB') ?? ''}\n${('KIND' in row ? textOf(row, 'KIND') : undefined) ?? kind}`
    counts.set(series, (counts.get(series) ?? 0) + (numberOf(row, 'COUNTED') ?? 0))
  }
  return counts
}

function countAll(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + (numberOf(row, 'COUNTED') ?? 0), 0)
}
