import type { FieldValues } from '../../../probe.ts'
import type { SnmpSession } from '../snmp-session.ts'
import { integerOf } from '../snmp-value.ts'

const SYSTEM_STATS = '1.3.6.1.4.1.2021.11'
/** Raw ticks of UCD-SNMP-MIB, 32 bits, by their place; its ssCpuRawSystem is without what interrupts took. */
const RAW = [
  ['user', 50],
  ['nice', 51],
  ['system', 52],
  ['idle', 53],
  ['iowait', 54],
  ['irq', 56],
  ['softirq', 61],
  ['steal', 64],
] as const
const NEEDED = ['user', 'system', 'idle'] as const
const WRAP = 2 ** 32

type Part = (typeof RAW)[number][0]

/** Ticks by what they went to, as far as the device counts it. */
export type ProcessorTicks = Readonly<Partial<Record<Part, number>>>

/** undefined where the device has no UCD-SNMP-MIB, or one that counts nothing. */
export async function readTicks(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<ProcessorTicks | undefined> {
  const places = RAW.map(([part, place]) => [part, `${SYSTEM_STATS}.${place}.0`] as const)
  const values = await session.get(
    places.map(([, oid]) => oid),
    signal,
  )
  const ticks: Partial<Record<Part, number>> = {}
  for (const [part, oid] of places) {
    const value = integerOf(values.get(oid))
    if (value !== undefined) ticks[part] = value
  }
  return NEEDED.every((part) => ticks[part] !== undefined) && ticks.idle !== 0 ? ticks : undefined
}

/** Percent of the time between two readings; undefined where none passed, or they are from two lives of the device. */
export function evaluateTicks(
  before: ProcessorTicks,
  now: ProcessorTicks,
): FieldValues | undefined {
  const grown: Partial<Record<Part, number>> = {}
  let total = 0
  for (const [part] of RAW) {
    const ticks = now[part]
    if (ticks === undefined) continue
    const growth = growthOf(before[part], ticks)
    if (growth === undefined) return undefined
    grown[part] = growth
    total += growth
  }
  if (total === 0) return undefined
  const share = (part: Part) => {
    const growth = grown[part]
    return growth === undefined ? undefined : (100 * growth) / total
  }
  return {
    usage_active: 100 - (100 * (grown.idle ?? 0)) / total,
    usage_user: share('user'),
    usage_nice: share('nice'),
    usage_system: share('system'),
    usage_idle: share('idle'),
    usage_iowait: share('iowait'),
    usage_irq: share('irq'),
    usage_softirq: share('softirq'),
    usage_steal: share('steal'),
  }
}

/** 32 bits of hundredths of a second of all processors: they wrap within weeks; iowait goes back a little now and then, which is none. */
function growthOf(before: number | undefined, now: number): number | undefined {
  if (before === undefined) return undefined
  const growth = now - before
  if (growth >= 0) return growth
  if (growth + WRAP < WRAP / 2) return growth + WRAP
  return growth > -1000 ? 0 : undefined
}
