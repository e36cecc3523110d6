import { NoDataError } from '../../../probe.ts'
import type { SnmpSession } from '../snmp-session.ts'
import { OCEANSTOR_IDS } from './oceanstor-tables.ts'

/** @throws NoDataError where the device says it is another one */
export async function requireOceanStor(session: SnmpSession, signal: AbortSignal): Promise<void> {
  const { objectId } = await session.device(signal)
  if (OCEANSTOR_IDS.some((id) => objectId === id || objectId.startsWith(`${id}.`))) return
  throw new NoDataError({
    zh: `不是华为 OceanStor 存储（sysObjectID ${objectId || '未给出'}）`,
    en: `no Huawei OceanStor array (sysObjectID ${objectId || 'not given'})`,
  })
}
