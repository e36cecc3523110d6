import { NoDataError } from '../../../probe.ts'
import type { SnmpSession } from '../snmp-session.ts'
import { BROCADE_SWITCHES } from './brocade-oids.ts'

/** @throws NoDataError where the device says it is another one */
export async function requireBrocade(session: SnmpSession, signal: AbortSignal): Promise<void> {
  const { objectId } = await session.device(signal)
  if (objectId === BROCADE_SWITCHES || objectId.startsWith(`${BROCADE_SWITCHES}.`)) return
  throw new NoDataError({
    zh: `不是博科光纤交换机（sysObjectID ${objectId || '未给出'}）`,
    en: `no Brocade FC switch (sysObjectID ${objectId || 'not given'})`,
  })
}
