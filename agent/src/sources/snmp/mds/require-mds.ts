import { NoDataError } from '../../../probe.ts'
import type { SnmpDevice, SnmpSession } from '../snmp-session.ts'
import { CISCO_DEVICES } from './mds-oids.ts'

/** An MDS says `SAN-OS(tm) m9100` or `NX-OS(tm) m9148`; a Nexus says n5000 and so on. */
const DESCRIPTION = /\bSAN-OS\b|\bm9\d{3}\b|\bMDS\b/

export function isMds({ objectId, description }: SnmpDevice): boolean {
  return objectId.startsWith(CISCO_DEVICES) && DESCRIPTION.test(description)
}

/** @throws NoDataError where the device says it is another one */
export async function requireMds(session: SnmpSession, signal: AbortSignal): Promise<SnmpDevice> {
  const device = await session.device(signal)
  if (isMds(device)) return device
  throw new NoDataError({
    zh: `不是思科 MDS 光纤交换机（sysObjectID ${device.objectId || '未给出'}）`,
    en: `no Cisco MDS switch (sysObjectID ${device.objectId || 'not given'})`,
  })
}
