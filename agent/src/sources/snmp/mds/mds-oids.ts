const CISCO = '1.3.6.1.4.1.9.9'

/** sysObjectID of all Cisco devices begins so; an MDS has that of its chassis. */
export const CISCO_DEVICES = '1.3.6.1.4.1.9.'

/** CISCO-SYSTEM-EXT-MIB; cseSysUpTime outlives a restart of the SNMP agent. */
export const SYSTEM = {
  cpu: `${CISCO}.305.1.1.1.0`,
  memory: `${CISCO}.305.1.1.2.0`,
  upTime: `${CISCO}.305.1.1.10.0`,
} as const

/** IF-MIB, CISCO-FC-FE-MIB: ports by ifIndex. */
export const INTERFACES = {
  entry: '1.3.6.1.2.1.2.2.1',
  columns: { type: 3, admin: 7, oper: 8 },
} as const
export const INTERFACES_X = {
  entry: '1.3.6.1.2.1.31.1.1.1',
  columns: { name: 1, inOctets: 6, outOctets: 10, speed: 15, alias: 18 },
} as const
export const FC_INTERFACES = { entry: `${CISCO}.289.1.1.2.1`, columns: { wwn: 1 } } as const
export const FC_ERRORS = `${CISCO}.289.1.2.1.1`

/** ENTITY-MIB, by entPhysicalIndex. */
export const ENTITIES = {
  entry: '1.3.6.1.2.1.47.1.1.1.1',
  columns: { description: 2, class: 5, name: 7 },
} as const

/** CISCO-ENTITY-SENSOR-MIB: by entPhysicalIndex, thresholds by one more number. */
export const SENSORS = {
  entry: `${CISCO}.91.1.1.1.1`,
  columns: { type: 1, scale: 2, precision: 3, value: 4, status: 5 },
} as const
export const THRESHOLDS = {
  entry: `${CISCO}.91.1.2.1.1`,
  columns: { relation: 3, isTrue: 5 },
} as const

/** CISCO-ENTITY-FRU-CONTROL-MIB: states of power supplies and fans. */
export const POWER = { entry: `${CISCO}.117.1.1.2.1`, columns: { state: 2 } } as const
export const FANS = { entry: `${CISCO}.117.1.4.1.1`, columns: { state: 1 } } as const
