import { PORT_STATE } from '../../measurements/fc-port.ts'
import type { SnmpSettings } from './snmp-settings.ts'

/**
 * 1 for a port that was online once, or is declared in use, and is not now; undefined for one that was never used, and where its state
 * is not told.
 * @param known ports that were online once
 */
export function leftOnline(
  port: string,
  operState: number | undefined,
  known: ReadonlySet<string>,
  { portsInUse, portsRetired }: Pick<SnmpSettings, 'portsInUse' | 'portsRetired'>,
): 0 | 1 | undefined {
  if (operState === PORT_STATE.online) return 0
  if (portsRetired?.has(port) === true) return known.has(port) ? 0 : undefined
  if (operState === undefined || !(known.has(port) || portsInUse?.has(port) === true))
    return undefined
  return 1
}
