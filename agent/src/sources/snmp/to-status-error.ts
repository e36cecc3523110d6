import { ProbeError } from '../../probe.ts'
import { ERROR_STATUS, type SnmpAnswer, type SnmpRequest } from './snmp-request.ts'

/** What a device says with an error status other than those that are dealt with where they come. */
export function toStatusError(
  { errorStatus, errorIndex }: SnmpAnswer,
  { oids }: SnmpRequest,
): ProbeError {
  const oid = oids[errorIndex - 1] ?? oids[0] ?? ''
  if (errorStatus === ERROR_STATUS.authorizationError || errorStatus === ERROR_STATUS.noAccess)
    return new ProbeError('NOT_PERMITTED', {
      zh: `设备不允许读取 ${oid}：请在设备上为该用户或团体名放行，并核对要求的安全级别`,
      en: `the device does not let us read ${oid}: open it in the view of this user or community, and compare the security level`,
    })
  if (errorStatus === ERROR_STATUS.tooBig)
    return new ProbeError('UNPARSABLE', {
      zh: `设备称 ${oid} 单个值也放不进一个报文`,
      en: `the device says that ${oid} alone is too big for a packet`,
    })
  return new ProbeError('UNREADABLE', {
    zh: `设备读取 ${oid} 出错（error-status ${errorStatus}）`,
    en: `the device failed at ${oid} (error-status ${errorStatus})`,
  })
}
