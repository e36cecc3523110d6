import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, percentOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

const LIMITS: Statement = {
  id: 'oracle.resource',
  cost: 'cheap',
  ...reading('V$RESOURCE_LIMIT'),
  text: `SELECT resource_name, current_utilization, max_utilization, limit_value
FROM v$resource_limit
WHERE resource_name IN ('processes', 'sessions', 'transactions', 'enqueue_locks', 'parallel_max_servers')`,
}

/**
 * Processes, sessions and other resources of the instance against their limits. Source: V$RESOURCE_LIMIT, from STARTED on. Needs: SELECT on
 * V_$RESOURCE_LIMIT. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.resource',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$RESOURCE_LIMIT',
  needs: 'SELECT on V_$RESOURCE_LIMIT',
  help: {
    zh: '资源限制：进程、会话、事务、锁、并行进程的使用量与上限',
    en: 'Processes, sessions, transactions, locks and parallel servers, and their limits',
  },
  measurements: {
    oracle_resource: {
      identifyingTags: ['database', 'instance', 'resource'],
      fields: {
        current: gauge('count', '当前使用', 'In use'),
        max: gauge('count', '启动以来的最大使用', 'Most in use since the instance was started'),
        limit: gauge('count', '上限；不限时缺失', 'Limit; missing where there is none'),
        used_percent: gauge(
          'percent',
          '当前使用占上限；软上限可被超过',
          'In use, of the limit; a soft limit can be exceeded',
          0.01,
        ),
      },
    },
  },
  statements: [LIMITS],
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    for (const row of await session.rows([LIMITS], signal)) {
      const current = numberOf(row, 'CURRENT_UTILIZATION')
      const limit = limitOf(row)
      emit(
        'oracle_resource',
        { ...tags, resource: textOf(row, 'RESOURCE_NAME') ?? '' },
        {
          current,
          max: numberOf(row, 'MAX_UTILIZATION'),
          limit,
          used_percent: percentOf(current, limit),
        },
      )
    }
  },
})

/** LIMIT_VALUE is a text, padded on its left. */
function limitOf(row: Row): number | undefined {
  if (textOf(row, 'LIMIT_VALUE')?.trim() === 'UNLIMITED') return undefined
  return numberOf(row, 'LIMIT_VALUE')
}
