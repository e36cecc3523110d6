import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import { CONNECT_FAILURE_FIELD, toFailureState } from '../../sources/server/connect-failure.ts'

/** Whether a BMC or array answers over Redfish. Source: GET /redfish/v1/ within the session. Needs: role ReadOnly. */
export default defineProbe({
  name: 'redfish.up',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 55_000,
  cost: 'cheap',
  reads: 'GET /redfish/v1/',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: { zh: '设备的 Redfish 服务是否应答', en: 'Whether the device answers over Redfish' },
  measurements: {
    redfish_up: {
      identifyingTags: [],
      fields: {
        up: gauge('boolean', '1：可登录并应答', '1: a session can be had and it answers'),
        response_ms: gauge('milliseconds', '应答时间', 'Time to its answer', 0.1),
        error_code: CONNECT_FAILURE_FIELD,
      },
    },
  },
  async sample({ session, emit, signal }) {
    const { up, responseMs, failure } = await session.ping(signal)
    emit(
      'redfish_up',
      {},
      { up: Number(up), response_ms: responseMs, error_code: toFailureState(failure) },
    )
  },
})
