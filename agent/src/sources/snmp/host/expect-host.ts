import { NoDataError } from '../../../probe.ts'
import { isBelow } from '../oid.ts'
import type { SnmpSession } from '../snmp-session.ts'

/** Switches and arrays that have a HOST-RESOURCES-MIB of their inner works: they have probes of their own and are no hosts. */
const NO_HOSTS = [
  '1.3.6.1.4.1.9', // Cisco
  '1.3.6.1.4.1.1588', // Brocade
  '1.3.6.1.4.1.2011', // Huawei switches, and controllers of servers
  '1.3.6.1.4.1.34774', // Huawei storage
]

/** @throws NoDataError where the device is a switch or an array by its sysObjectID */
export async function expectHost(session: SnmpSession, signal: AbortSignal): Promise<void> {
  const { objectId } = await session.device(signal)
  if (NO_HOSTS.some((root) => isBelow(root, objectId))) throw notA('host', '主机', objectId)
}

/** What such a device has not. */
export function noHostResources(what: string): NoDataError {
  return new NoDataError({
    zh: `该设备的 SNMP 不提供 ${what}`,
    en: `this device's SNMP has no ${what}`,
  })
}

function notA(what: string, zh: string, objectId: string): NoDataError {
  return new NoDataError({
    zh: `该设备（${objectId}）不是${zh}`,
    en: `this device (${objectId}) is no ${what}`,
  })
}
