import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { oracle } from '../../sources/oracle.ts'
import { CONNECT_FAILURE_FIELD, toFailureState } from '../../sources/server/connect-failure.ts'
import type { Statement } from '../../statement.ts'

const PING: Statement = {
  id: 'oracle.up',
  text: 'SELECT 1 AS ALIVE FROM DUAL',
  reads: [],
  grants: [],
  cost: 'cheap',
}

/**
 * Whether an ordinary account gets a session and an answer. An instance that is not open (ORA-01033 of a mounted standby, ORA-12528) has
 * `error_code` not_open: it runs; one that is dead (ORA-01034) has not_started. Source: SELECT 1 FROM DUAL. Needs: CREATE SESSION. Since: 11.2. Cost: one round trip.
 */
export default defineProbe({
  name: 'oracle.up',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'DUAL',
  needs: 'CREATE SESSION',
  help: { zh: '实例能否登录并应答', en: 'Whether the instance lets us in and answers' },
  statements: [PING],
  measurements: {
    oracle_up: {
      identifyingTags: ['instance'],
      fields: {
        up: gauge(
          'boolean',
          '能登录并应答为 1，否则为 0；agent.yaml 中标明 mounted 的备库处于 MOUNT 时也为 1',
          '1 while a session can be had and answers, else 0; 1 too for a standby that agent.yaml calls mounted and that is',
        ),
        connect_ms: gauge(
          'milliseconds',
          '建立当前会话时的登录耗时；没有会话时缺失',
          'Duration of the logon of the present session; missing where there is none',
          0.1,
        ),
        error_code: CONNECT_FAILURE_FIELD,
      },
    },
  },
  async sample({ session, emit, signal }) {
    const { up, connectMs, failure } = await session.ping([PING], signal)
    const isAsExpected = up || (session.isMounted && failure === 'not_open')
    emit(
      'oracle_up',
      { instance: session.instance },
      { up: Number(isAsExpected), connect_ms: connectMs, error_code: toFailureState(failure) },
    )
  },
})
