import { NoDataError } from '../../../probe.ts'
import type { SnmpDevice, SnmpSession } from '../snmp-session.ts'
import { BROCADE_SWITCHES } from './brocade-oids.ts'

export function isBrocade({ objectId }: SnmpDevice): boolean {
  return objectId === BROCADE_SWITCHES || objectId.startsWith(`${BROCADE_SWITCHES}.`)
}

/** @throws NoDataError where the device says it is another one */
export async function requireBrocade(session: SnmpSession, signal: AbortSignal): Promise<void> {
  const device = await session.device(signal)
  if (isBrocade(device)) return
  const { objectId } = device
  throw new NoDataError({
    zh: `不是博科光纤交换机（sysObjectID ${objectId || '未给出'}）`,
    en: `no Brocade FC switch (sysObjectID ${objectId || 'not given'})`,
  })
}
