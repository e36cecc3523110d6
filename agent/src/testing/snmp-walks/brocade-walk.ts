const SW = '1.3.6.1.4.1.1588.2.1.1.1'
const FCMGMT = '1.3.6.1.3.94'
/** WWN 10:00:00:05:33:aa:bb:cc of the switch, as FCMGMT-MIB indexes by it. */
const UNIT = '16.0.0.5.51.170.187.204.0.0.0.0.0.0.0.0'

const hex64 = (value: number) => value.toString(16).padStart(16, '0')
const text = (value: string) => Buffer.from(value).toString('hex')

/** What a test may say of a port; the rest is a port that is online and without an error. */
export interface WalkPort {
  readonly phy?: number
  readonly oper?: number
  readonly statistics?: Readonly<Record<number, number>>
}

/**
 * A Brocade switch with FOS 8 and four ports, written from SW-MIB, FCMGMT-MIB and FA-EXT-MIB: port 0 online, port 1 online as E_port, port 2
 * with a module and no light, port 3 empty. Lines `OID|type|value`.
 */
export function brocadeWalk(
  ports: readonly WalkPort[] = [{}, {}, { phy: 4, oper: 2 }, { phy: 2, oper: 2 }],
): string {
  return [SYSTEM, SWITCH, SENSORS, ...ports.map(portLines), EVENTS].join('\n')
}

const SYSTEM = `
1.3.6.1.2.1.1.1.0|4|Fibre Channel Switch.
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.1
1.3.6.1.2.1.1.3.0|67|8640000
1.3.6.1.2.1.1.5.0|4|san-a`

const SWITCH = `
${SW}.1.1.0|4|Mon Mar  2 08:00:10 2026
${SW}.1.2.0|4|Sun Mar  1 08:00:00 2026
${SW}.1.6.0|4|v8.2.3c
${SW}.1.7.0|2|1
${SW}.1.8.0|2|1
${SW}.1.10.0|4|none
${SW}.1.20.0|2|1
${SW}.2.1.0|2|3
${SW}.2.2.0|2|2
${SW}.2.8.0|2|1
${SW}.2.9.1.2.1|2|2
${SW}.2.9.1.3.1|2|4
${SW}.2.9.1.4.1|2|2
${SW}.2.9.1.6.1|2|5
${SW}.2.9.1.8.1|4x|2001000533ddeeff
${SW}.2.15.0|2|128
${SW}.26.1.0|2|12
${SW}.26.6.0|2|41
${FCMGMT}.1.6.1.6.${UNIT}|2|3
${FCMGMT}.1.6.1.7.${UNIT}|4|Fibre Channel Switch.
${FCMGMT}.1.6.1.8.${UNIT}|4|ABC1234X00Z`

const SENSORS = [
  [1, 1, 4, 38, 'SLOT #0: TEMP #1'],
  [2, 1, 4, -2147483648, 'SLOT #0: TEMP #2'],
  [3, 2, 4, 7417, ' FAN #1'],
  [4, 2, 3, 1200, ' FAN #2'],
  [5, 3, 4, 1, ' Power Supply #1'],
  [6, 3, 6, -2147483648, ' Power Supply #2'],
]
  .flatMap(([row, type, status, value, name]) => [
    `${SW}.1.22.1.2.${row}|2|${type}`,
    `${SW}.1.22.1.3.${row}|2|${status}`,
    `${SW}.1.22.1.4.${row}|2|${value}`,
    `${SW}.1.22.1.5.${row}|4|${name}`,
  ])
  .join('\n')

const EVENTS = eventLines([
  [1, '2026/03/01-08:00:20', 4, 'HAM-1004 Processor rebooted - Reset.'],
  [2, '2026/03/01-09:10:11', 3, 'FW-1424 Switch status changed from HEALTHY to MARGINAL.'],
])

/** Rows of the event log: index, time, level and text. */
export function eventLines(rows: readonly (readonly [number, string, number, string])[]): string {
  const lines = rows.flatMap(([index, time, level, message]) => [
    `${SW}.8.5.1.1.${index}|2|${index}`,
    `${SW}.8.5.1.2.${index}|4x|${text(time)}`,
    `${SW}.8.5.1.3.${index}|2|${level}`,
    `${SW}.8.5.1.4.${index}|2|1`,
    `${SW}.8.5.1.5.${index}|4x|${text(message)}`,
  ])
  return [`${SW}.8.4.0|2|${rows.length}`, ...lines].join('\n')
}

function portLines({ phy = 6, oper = 1, statistics = {} }: WalkPort, number: number): string {
  const row = number + 1
  const given = {
    4: 1000,
    5: 900,
    6: 2_000_000,
    7: 1_800_000,
    8: 40_000,
    28: 0,
    33: 1,
    34: 0,
    ...statistics,
  }
  const errors = { 39: 0, 40: 0, 41: 0, 43: 2, 44: 1, ...statistics }
  const counters = Object.entries({ ...given, ...errors })
  return [
    `${SW}.6.2.1.3.${row}|2|${phy}`,
    `${SW}.6.2.1.4.${row}|2|${oper}`,
    `${SW}.6.2.1.5.${row}|2|${oper === 1 ? 1 : 2}`,
    `${SW}.6.2.1.6.${row}|2|1`,
    `${SW}.6.2.1.21.${row}|65|0`,
    `${SW}.6.2.1.26.${row}|65|4`,
    `${SW}.6.2.1.34.${row}|4x|20${number.toString(16).padStart(2, '0')}000533aabbcc`,
    `${SW}.6.2.1.36.${row}|4|port${number}`,
    `${SW}.6.2.1.37.${row}|4|${number}`,
    `${SW}.6.2.1.39.${row}|2|${number === 1 ? 5 : 4}`,
    `${FCMGMT}.1.10.1.15.${UNIT}.${row}|2|1000000`,
    `${FCMGMT}.1.10.1.23.${UNIT}.${row}|2|${oper === 1 ? 4 : 7}`,
    ...counters.map(
      ([column, value]) => `${FCMGMT}.4.5.1.${column}.${UNIT}.${row}|4x|${hex64(value)}`,
    ),
    `${FCMGMT}.4.5.1.14.${UNIT}.${row}|4x|8000000000000000`,
    `${SW}.27.1.27.${UNIT}.${row}|4x|${hex64(0)}`,
    ...(phy === 2 ? [] : sfpLines(row, oper === 1)),
  ].join('\n')
}

function sfpLines(row: number, isOnline: boolean): string[] {
  const texts = ['35     ', '3289.5 ', '7.320  ', isOnline ? '-2.7   ' : '-inf   ', '-3.2   ']
  return [
    ...texts.map((value, at) => `${SW}.28.1.1.${at + 1}.${UNIT}.${row}|4x|${text(value)}`),
    `${SW}.28.1.1.6.${UNIT}.${row}|2|26280`,
  ]
}
