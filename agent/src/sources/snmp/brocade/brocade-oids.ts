/** Brocade's own subtree (SW-MIB). */
const SW = '1.3.6.1.4.1.1588.2.1.1.1'
/** FCMGMT-MIB, the common management of Fibre Channel devices, with counters of 64 bits. */
const FCMGMT = '1.3.6.1.3.94'

/** sysObjectID of a Brocade FC switch begins so; what follows is the model, or nothing. */
export const BROCADE_SWITCHES = '1.3.6.1.4.1.1588.2.1.1'

/** Single objects of SW-MIB. */
export const SWITCH = {
  currentDate: `${SW}.1.1.0`,
  bootDate: `${SW}.1.2.0`,
  firmware: `${SW}.1.6.0`,
  operStatus: `${SW}.1.7.0`,
  admStatus: `${SW}.1.8.0`,
  serial: `${SW}.1.10.0`,
  diagResult: `${SW}.1.20.0`,
  domainId: `${SW}.2.1.0`,
  principal: `${SW}.2.2.0`,
  neighbours: `${SW}.2.8.0`,
  fabricId: `${SW}.2.15.0`,
  cpuUsage: `${SW}.26.1.0`,
  memUsage: `${SW}.26.6.0`,
} as const

/** swEventNumEntries. */
export const EVENT_ENTRIES = `${SW}.8.4.0`

/** Tables by their entry. Rows of ports are indexed by port number + 1, in FCMGMT-MIB behind the 16 bytes of the unit's name. */
export const TABLES = {
  neighbours: `${SW}.2.9.1`,
  sensors: `${SW}.1.22.1`,
  ports: `${SW}.6.2.1`,
  events: `${SW}.8.5.1`,
  /** SW-MIB's own counters beside those of FCMGMT-MIB. */
  moreStatistics: `${SW}.27.1`,
  sfps: `${SW}.28.1.1`,
  units: `${FCMGMT}.1.6.1`,
  unitSensors: `${FCMGMT}.1.8.1`,
  unitPorts: `${FCMGMT}.1.10.1`,
  statistics: `${FCMGMT}.4.5.1`,
} as const
