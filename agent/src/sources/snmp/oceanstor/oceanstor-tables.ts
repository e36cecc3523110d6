const ISM = '1.3.6.1.4.1.34774.4.1'

/** sysObjectID of OceanStor V3, V5, V6 and Dorado (the ISM agent), and of what answers with Huawei's storage tree itself. */
export const OCEANSTOR_IDS = ['1.3.6.1.4.1.2011.2.91', '1.3.6.1.4.1.34774']

/** Single objects: serial number, used and whole capacity in MiB, version. */
export const SYSTEM = {
  serial: `${ISM}.1.1.0`,
  usedMib: `${ISM}.1.4.0`,
  totalMib: `${ISM}.1.5.0`,
  version: `${ISM}.1.6.0`,
} as const

/** A table of parts that are alike, by the columns that it has. */
export interface PartTable {
  readonly type: string
  readonly entry: string
  readonly id: number
  readonly health: number
  readonly running: number
  /** Where it is, or what it is called. */
  readonly name?: number
  readonly temperature?: number
  readonly capacityMib?: number
  readonly cpu?: number
  readonly memory?: number
  readonly hours?: number
  readonly wear?: number
  readonly progress?: number
}

const HARDWARE = `${ISM}.23.5`

/** HUAWEI-STORAGE-HARDWARE-MIB. */
export const PART_TABLES: readonly PartTable[] = [
  {
    type: 'disk',
    entry: `${HARDWARE}.1.1`,
    id: 1,
    health: 2,
    running: 3,
    name: 4,
    capacityMib: 6,
    temperature: 11,
    hours: 21,
    progress: 22,
  },
  {
    type: 'controller',
    entry: `${HARDWARE}.2.1`,
    id: 1,
    health: 2,
    running: 3,
    name: 5,
    cpu: 8,
    memory: 9,
  },
  { type: 'power', entry: `${HARDWARE}.3.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'fan', entry: `${HARDWARE}.4.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'battery', entry: `${HARDWARE}.5.1`, id: 1, health: 3, running: 4, name: 2 },
  {
    type: 'enclosure',
    entry: `${HARDWARE}.6.1`,
    id: 1,
    health: 4,
    running: 5,
    name: 2,
    temperature: 8,
  },
  { type: 'fc-port', entry: `${HARDWARE}.9.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'eth-port', entry: `${HARDWARE}.8.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'sas-port', entry: `${HARDWARE}.12.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'module', entry: `${HARDWARE}.13.1`, id: 1, health: 3, running: 4, name: 2 },
  { type: 'board', entry: `${HARDWARE}.14.1`, id: 1, health: 3, running: 4, name: 2 },
  {
    type: 'disk-domain',
    entry: `${ISM}.23.4.1.1`,
    id: 1,
    health: 3,
    running: 4,
    name: 2,
  },
]

/** HUAWEI-STORAGE-SPACE-MIB hwInfoStoragePoolTable; capacities in MiB. */
export const POOLS = {
  entry: `${ISM}.23.4.2.1`,
  columns: { id: 1, name: 2, health: 5, running: 6, totalMib: 7, usedMib: 8, freeMib: 9 },
} as const

/** hwInfoLunTable; capacities in MiB. */
export const LUNS = {
  entry: `${ISM}.23.4.8.1`,
  columns: { id: 1, name: 2, sizeMib: 5, usedMib: 6, health: 9, running: 10 },
} as const

/** ISM-PERFORMANCE-MIB hwPerfLunTable, by the LUN's number: requests a second, MB a second, mean answer in µs (newer versions). */
export const LUN_PERFORMANCE = {
  entry: `${ISM}.21.4.1`,
  columns: { id: 1, iops: 3, megabytes: 6, microseconds: 13 },
} as const
