import type { ReceiverRule } from '../receiver/emit-received.ts'
import type { ReceivedTrap } from './received-trap.ts'
import type { Column } from './trap-names.ts'

interface TrapRule extends ReceiverRule {
  matches(trap: ReceivedTrap): boolean
}

type Severity = ReceiverRule['severity']

/** swSensorStatus: nominal, and absent, which an empty bay is. */
const SENSOR_IS_WELL = new Set([4, 6])
/** hwIsmTrapEventLevel: major and critical. */
const GRAVE = new Set([5, 6])

function named(name: string, severity: Severity): TrapRule {
  return { name, severity, matches: (trap) => trap.name === name }
}

const NAMED: readonly TrapRule[] = [
  named('coldStart', 'warning'),
  named('warmStart', 'warning'),
  named('linkDown', 'warning'),
  named('linkUp', 'info'),
  named('authenticationFailure', 'warning'),
  named('swFault', 'critical'),
  named('swSensorScn', 'info'),
  named('swFCPortScn', 'info'),
  named('swEventTrap', 'info'),
  named('swFabricWatchTrap', 'warning'),
  named('swTrackChangesTrap', 'info'),
  named('swFabricReconfigTrap', 'info'),
  named('swFabricSegmentTrap', 'warning'),
  named('swStateChangeTrap', 'warning'),
  named('swDeviceStatusTrap', 'info'),
  named('swZoneConfigChangeTrap', 'info'),
  named('connUnitStatusChange', 'info'),
  named('connUnitEventTrap', 'info'),
  named('connUnitSensorStatusChange', 'info'),
  named('connUnitPortStatusChange', 'info'),
  named('hwStorageEvent', 'info'),
]

/** What is looked for in traps: each kind by its name, and what in them is a fault. */
export const TRAP_RULES: readonly TrapRule[] = [
  ...NAMED,
  {
    name: 'sensor_fault',
    severity: 'critical',
    matches: (trap) => {
      const status = valueIn(trap, 'swSensorStatus')
      return trap.name === 'swSensorScn' && (status === undefined || !SENSOR_IS_WELL.has(status))
    },
  },
  {
    name: 'port_fault',
    severity: 'critical',
    matches: (trap) => trap.name === 'swFCPortScn' && valueIn(trap, 'swFCPortOpStatus') === 4,
  },
  {
    name: 'event_critical',
    severity: 'critical',
    matches: (trap) => trap.name === 'swEventTrap' && valueIn(trap, 'swEventLevel') === 1,
  },
  {
    name: 'event_error',
    severity: 'warning',
    matches: (trap) => trap.name === 'swEventTrap' && valueIn(trap, 'swEventLevel') === 2,
  },
  {
    name: 'storage_alarm',
    severity: 'critical',
    matches: (trap) =>
      trap.name === 'hwStorageEvent' &&
      GRAVE.has(valueIn(trap, 'hwIsmTrapEventLevel') ?? 0) &&
      (valueIn(trap, 'hwIsmTrapEventRecoveryTime') ?? 0) === 0,
  },
  {
    name: 'other',
    severity: 'info',
    matches: ({ name }) => !NAMED.some((rule) => rule.name === name),
  },
]

function valueIn({ objects }: ReceivedTrap, column: Column): number | undefined {
  const value = objects.find((one) => one.column === column)?.value
  const number = typeof value === 'string' ? Number(value) : value
  return number !== undefined && Number.isFinite(number) ? number : undefined
}
