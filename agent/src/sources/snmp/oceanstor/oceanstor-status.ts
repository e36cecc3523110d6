import { HEALTH, RUNNING } from '../../../measurements/array-component.ts'
import { integerOf, type SnmpValue } from '../snmp-value.ts'

/** HEALTH_STATUS_E of Huawei's MIB interface notes; what is not listed is unknown, never ok. */
const HEALTH_OF: Readonly<Record<number, number>> = {
  1: HEALTH.ok, // normal
  2: HEALTH.critical, // faulty
  3: HEALTH.warning, // about to fail
  4: HEALTH.critical, // partially damaged
  5: HEALTH.warning, // degraded
  6: HEALTH.warning, // bad sectors found
  7: HEALTH.warning, // bit errors found
  8: HEALTH.ok, // consistent
  9: HEALTH.warning, // inconsistent
  10: HEALTH.warning, // busy
  11: HEALTH.critical, // no power input
  12: HEALTH.warning, // low battery
  13: HEALTH.warning, // single link fault
  14: HEALTH.critical, // invalid
  15: HEALTH.critical, // write protected
}

/** RUNNING_STATUS_E, as far as parts, pools and LUNs have them. */
const RUNNING_OF: Readonly<Record<number, number>> = {
  1: RUNNING.online, // normal
  2: RUNNING.online, // running
  3: RUNNING.offline, // not running
  4: RUNNING.absent,
  5: RUNNING.poweredOff, // asleep for heat
  6: RUNNING.starting,
  7: RUNNING.poweredOff, // protected against a power failure
  8: RUNNING.standby, // spun down
  9: RUNNING.online, // started
  10: RUNNING.linkUp,
  11: RUNNING.linkDown,
  12: RUNNING.starting, // powering on
  13: RUNNING.poweredOff,
  14: RUNNING.rebuilding, // pre-copy
  15: RUNNING.rebuilding, // copyback
  16: RUNNING.rebuilding,
  17: RUNNING.busy, // expansion
  18: RUNNING.offline, // not formatted
  19: RUNNING.busy, // formatting
  21: RUNNING.busy, // first synchronisation
  23: RUNNING.busy, // synchronising
  24: RUNNING.online, // synchronised
  27: RUNNING.online,
  28: RUNNING.offline,
  29: RUNNING.disabled, // locked
  30: RUNNING.online, // enabled
  31: RUNNING.disabled,
  32: RUNNING.busy, // balancing
  33: RUNNING.offline, // to be recovered
  34: RUNNING.offline, // interrupted
  36: RUNNING.offline, // not started
  37: RUNNING.busy, // queuing
  38: RUNNING.offline, // stopped
  39: RUNNING.busy, // copying
  43: RUNNING.online, // activated
  45: RUNNING.disabled, // inactive
  46: RUNNING.standby, // idle
  47: RUNNING.poweredOff, // powering off
  48: RUNNING.charging,
  49: RUNNING.online, // charging completed
  50: RUNNING.discharging,
  51: RUNNING.updating,
  52: RUNNING.poweredOff, // power lost
  53: RUNNING.starting, // initialising
  103: RUNNING.offline, // power-on failed
  104: RUNNING.busy, // repairing
  105: RUNNING.offline, // abnormal
  106: RUNNING.busy, // deleting
}

export function oceanStorHealth(value: SnmpValue | undefined): number | undefined {
  return lookUp(value, HEALTH_OF, HEALTH.unknown)
}

export function oceanStorRunning(value: SnmpValue | undefined): number | undefined {
  return lookUp(value, RUNNING_OF, RUNNING.unknown)
}

function lookUp(
  value: SnmpValue | undefined,
  words: Readonly<Record<number, number>>,
  unknown: number,
): number | undefined {
  return value === undefined ? undefined : (words[integerOf(value) ?? -1] ?? unknown)
}
