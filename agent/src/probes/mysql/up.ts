import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { mysql } from '../../sources/mysql.ts'
import { CONNECT_FAILURE_FIELD, toFailureState } from '../../sources/server/connect-failure.ts'
import type { Statement } from '../../statement.ts'

const ALIVE: Statement = {
  id: 'mysql.up',
  text: 'SELECT 1 AS alive',
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** Whether a session can be had and answers. Source: SELECT 1. Needs: an account that may log on. Since: MySQL 5.7, MariaDB 10.4. */
export default defineProbe({
  name: 'mysql.up',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'SELECT 1',
  needs: {
    zh: 'CREATE USER wardround（不需要任何权限）',
    en: 'CREATE USER wardround (no privilege)',
  },
  help: {
    zh: '实例能否登录并应答，以及不能时的原因',
    en: 'Whether the server lets us in and answers, and why not',
  },
  measurements: {
    mysql_up: {
      identifyingTags: ['instance'],
      fields: {
        up: gauge('boolean', '1 可登录并应答，0 不可', '1: lets us in and answers'),
        connect_ms: gauge(
          'milliseconds',
          '建立当前会话所用的时间',
          'Time that the logon of the present session took',
          0.1,
        ),
        error_code: CONNECT_FAILURE_FIELD,
      },
    },
  },
  statements: [ALIVE],
  async sample({ session, emit, signal }) {
    const { up, connectMs, failure } = await session.ping([ALIVE], signal)
    emit(
      'mysql_up',
      { instance: session.instance },
      { up: Number(up), connect_ms: connectMs, error_code: toFailureState(failure) },
    )
  },
})
