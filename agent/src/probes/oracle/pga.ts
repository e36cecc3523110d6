import { counter, gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

/** Fields by the name in V$PGASTAT. */
const FIELDS = {
  inuse_bytes: 'total PGA inuse',
  allocated_bytes: 'total PGA allocated',
  max_allocated_bytes: 'maximum PGA allocated',
  aggregate_target_bytes: 'aggregate PGA target parameter',
  over_allocation_total: 'over allocation count',
} as const

/** MAX: a CDB may give one row for the whole and one for each container. */
const STATISTICS: Statement = {
  id: 'oracle.pga',
  cost: 'cheap',
  ...reading('V$PGASTAT'),
  text: `SELECT name, MAX(value) AS value
FROM v$pgastat
WHERE name IN (${Object.values(FIELDS)
    .map((name) => `'${name}'`)
    .join(', ')})
GROUP BY name`,
}

/** Memory of the server processes. Source: V$PGASTAT. Needs: SELECT on V_$PGASTAT. Since 11.2. */
export default defineProbe({
  name: 'oracle.pga',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'V$PGASTAT',
  needs: 'SELECT on V_$PGASTAT',
  help: { zh: 'PGA：已用、已分配、目标值', en: 'PGA: in use, allocated, its target' },
  measurements: {
    oracle_pga: {
      identifyingTags: ['database', 'instance'],
      fields: {
        inuse_bytes: gauge('bytes', '已用', 'In use by work areas and sessions'),
        allocated_bytes: gauge(
          'bytes',
          '已分配；可超过目标值',
          'Allocated; it may exceed the target',
        ),
        max_allocated_bytes: gauge(
          'bytes',
          '启动以来的最大分配',
          'Most that was allocated since the instance was started',
        ),
        aggregate_target_bytes: gauge('bytes', '目标值', 'Target (PGA_AGGREGATE_TARGET)'),
        over_allocation_total: counter(
          'count',
          '目标值过小导致的超额分配次数',
          'Times that more had to be allocated than the target',
        ),
      },
    },
  },
  statements: [STATISTICS],
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    const rows = await session.rows([STATISTICS], signal)
    const values = new Map(rows.map((row) => [textOf(row, 'NAME'), numberOf(row, 'VALUE')]))
    emit('oracle_pga', tags, {
      inuse_bytes: values.get(FIELDS.inuse_bytes),
      allocated_bytes: values.get(FIELDS.allocated_bytes),
      max_allocated_bytes: values.get(FIELDS.max_allocated_bytes),
      aggregate_target_bytes: values.get(FIELDS.aggregate_target_bytes),
      over_allocation_total: values.get(FIELDS.over_allocation_total),
    })
  },
})
