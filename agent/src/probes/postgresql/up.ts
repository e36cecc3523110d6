import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { CONNECT_FAILURE_FIELD, toFailureState } from '../../sources/server/connect-failure.ts'
import type { Statement } from '../../statement.ts'

const UP: Statement = {
  id: 'postgresql.up',
  text: 'SELECT 1 AS up',
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** Whether a session can be had and answers. Reads nothing. Needs: CONNECT on the database. Since: 10. Cost: below 1 ms. */
export default defineProbe({
  name: 'postgresql.up',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: {
    zh: '不读取任何数据',
    en: 'nothing',
  },
  needs: {
    zh: '数据库的 CONNECT',
    en: 'CONNECT on the database',
  },
  help: { zh: 'PostgreSQL 是否可用', en: 'Whether PostgreSQL takes a session and answers' },
  measurements: {
    pg_up: {
      identifyingTags: ['instance'],
      fields: {
        up: gauge('boolean', '可用：1 是，0 否', '1: a session answers, 0: none'),
        connect_ms: gauge(
          'milliseconds',
          '当前会话登录用时',
          'Duration of the logon of the present session',
          0.1,
        ),
        error_code: CONNECT_FAILURE_FIELD,
      },
    },
  },
  statements: [UP],
  async sample({ session, emit, signal }) {
    const { up, connectMs, failure } = await session.ping([UP], signal)
    emit(
      'pg_up',
      { instance: session.instance },
      { up: Number(up), connect_ms: connectMs, error_code: toFailureState(failure) },
    )
  },
})
