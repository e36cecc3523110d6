/** Traps by their OID: SNMPv2-MIB and IF-MIB, Brocade's SW-MIB, FCMGMT-MIB, Huawei's ISM-TRAP-MIB. */
const TRAPS: Readonly<Record<string, string>> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.2': 'warmStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
  '1.3.6.1.6.3.1.1.5.5': 'authenticationFailure',
  '1.3.6.1.4.1.1588.2.1.1.1.0.1': 'swFault',
  '1.3.6.1.4.1.1588.2.1.1.1.0.2': 'swSensorScn',
  '1.3.6.1.4.1.1588.2.1.1.1.0.3': 'swFCPortScn',
  '1.3.6.1.4.1.1588.2.1.1.1.0.4': 'swEventTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.5': 'swFabricWatchTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.6': 'swTrackChangesTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.9': 'swFabricReconfigTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.10': 'swFabricSegmentTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.12': 'swStateChangeTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.15': 'swDeviceStatusTrap',
  '1.3.6.1.4.1.1588.2.1.1.1.0.16': 'swZoneConfigChangeTrap',
  '1.3.6.1.3.94.0.1': 'connUnitStatusChange',
  '1.3.6.1.3.94.0.4': 'connUnitEventTrap',
  '1.3.6.1.3.94.0.5': 'connUnitSensorStatusChange',
  '1.3.6.1.3.94.0.6': 'connUnitPortStatusChange',
  '1.3.6.1.4.1.34774.4.1.4.2': 'hwStorageEvent',
  '1.3.6.1.4.1.34774.4.1.4.0.2': 'hwStorageEvent',
}

/** Columns that rules look at, and what people want to read by name. */
export const COLUMNS = {
  sysUpTime: '1.3.6.1.2.1.1.3',
  ifIndex: '1.3.6.1.2.1.2.2.1.1',
  ifAdminStatus: '1.3.6.1.2.1.2.2.1.7',
  ifOperStatus: '1.3.6.1.2.1.2.2.1.8',
  ifDescr: '1.3.6.1.2.1.2.2.1.2',
  ifName: '1.3.6.1.2.1.31.1.1.1.1',
  swSensorStatus: '1.3.6.1.4.1.1588.2.1.1.1.1.22.1.3',
  swSensorInfo: '1.3.6.1.4.1.1588.2.1.1.1.1.22.1.5',
  swFCPortOpStatus: '1.3.6.1.4.1.1588.2.1.1.1.6.2.1.4',
  swFCPortName: '1.3.6.1.4.1.1588.2.1.1.1.6.2.1.36',
  swEventIndex: '1.3.6.1.4.1.1588.2.1.1.1.8.5.1.1',
  swEventTimeInfo: '1.3.6.1.4.1.1588.2.1.1.1.8.5.1.2',
  swEventLevel: '1.3.6.1.4.1.1588.2.1.1.1.8.5.1.3',
  swEventDescr: '1.3.6.1.4.1.1588.2.1.1.1.8.5.1.5',
  hwIsmTrapEventType: '1.3.6.1.4.1.34774.4.1.3.3.1',
  hwIsmTrapEventID: '1.3.6.1.4.1.34774.4.1.3.3.2',
  hwIsmTrapEventLevel: '1.3.6.1.4.1.34774.4.1.3.3.3',
  hwIsmTrapEventSequence: '1.3.6.1.4.1.34774.4.1.3.3.4',
  hwIsmTrapEventTime: '1.3.6.1.4.1.34774.4.1.3.3.5',
  hwIsmTrapEventRecoveryTime: '1.3.6.1.4.1.34774.4.1.3.3.6',
  hwIsmTrapEventParameter: '1.3.6.1.4.1.34774.4.1.3.3.7',
} as const

export type Column = keyof typeof COLUMNS

/** In these a device counts or tells the time: they differ though it says the same thing again. */
const PASSING = new Set<string>([
  'sysUpTime',
  'swEventIndex',
  'swEventTimeInfo',
  'hwIsmTrapEventSequence',
  'hwIsmTrapEventTime',
])

/** Undefined for one that we have no name for. */
export function trapNameOf(oid: string): string | undefined {
  return TRAPS[oid]
}

/** The column that an object belongs to, by the longest beginning that we know. */
export function columnOf(oid: string): string | undefined {
  return Object.entries(COLUMNS).find(
    ([, begin]) => oid === begin || oid.startsWith(`${begin}.`),
  )?.[0]
}

export function isPassing(column: string | undefined): boolean {
  return column !== undefined && PASSING.has(column)
}
