import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'

/** Tag `component` by the name in V$SGAINFO. */
const COMPONENTS: Readonly<Record<string, string>> = {
  'Fixed SGA Size': 'fixed',
  'Redo Buffers': 'redo_buffers',
  'Buffer Cache Size': 'buffer_cache',
  'In-Memory Area Size': 'in_memory',
  'Shared Pool Size': 'shared_pool',
  'Large Pool Size': 'large_pool',
  'Java Pool Size': 'java_pool',
  'Streams Pool Size': 'streams_pool',
  'Shared IO Pool Size': 'shared_io_pool',
  'Data Transfer Cache Size': 'data_transfer_cache',
  'Startup overhead in Shared Pool': 'shared_pool_startup_overhead',
  'Maximum SGA Size': 'maximum',
  'Free SGA Memory Available': 'unassigned',
}

/** Tag `component` for the free memory of a pool in V$SGASTAT. */
const FREE_IN_POOL: Readonly<Record<string, string>> = {
  'shared pool': 'shared_pool_free',
  'large pool': 'large_pool_free',
  'java pool': 'java_pool_free',
  'streams pool': 'streams_pool_free',
}

const SIZES: Statement = {
  id: 'oracle.sga',
  cost: 'cheap',
  ...reading('V$SGAINFO'),
  text: `SELECT name, MAX(bytes) AS bytes
FROM v$sgainfo
GROUP BY name`,
}

const FREE: Statement = {
  id: 'oracle.sga.free',
  cost: 'moderate',
  ...reading('V$SGASTAT'),
  text: `SELECT pool AS name, SUM(bytes) AS bytes
FROM v$sgastat
WHERE name = 'free memory' AND pool IS NOT NULL
GROUP BY pool`,
}

/**
 * Memory that the instance's processes share, and what is free in its pools. Source: V$SGAINFO, V$SGASTAT, from STARTED on.
 * Needs: SELECT on both. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.sga',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'V$SGAINFO, V$SGASTAT',
  needs: 'SELECT on V_$SGAINFO, V_$SGASTAT',
  help: {
    zh: 'SGA 各组件大小，以及共享池等的空闲内存',
    en: 'Sizes of the components of the SGA, and free memory in its pools',
  },
  measurements: {
    oracle_sga: {
      identifyingTags: ['database', 'instance', 'component'],
      fields: { bytes: gauge('bytes', '大小', 'Size') },
    },
  },
  statements: [SIZES, FREE],
  async sample({ session, emit, remark, signal }) {
    const tags = await session.instanceTags(signal)
    const parts = new Parts(remark)
    const emitKnown = (rows: readonly Row[] | undefined, names: typeof COMPONENTS) => {
      for (const row of rows ?? []) {
        const component = names[textOf(row, 'NAME') ?? '']
        if (component === undefined) continue
        emit('oracle_sga', { ...tags, component }, { bytes: numberOf(row, 'BYTES') })
      }
    }
    emitKnown(await parts.ask(session.rows([SIZES], signal)), COMPONENTS)
    emitKnown(await parts.ask(session.rows([FREE], signal)), FREE_IN_POOL)
    parts.settle()
  },
})
