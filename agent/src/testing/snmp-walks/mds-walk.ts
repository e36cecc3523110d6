const CISCO = '1.3.6.1.4.1.9.9'

type Columns = Readonly<Record<number, number | bigint | string>>

/**
 * A Cisco MDS 9148, written from IF-MIB, CISCO-FC-FE-MIB, CISCO-ENTITY-SENSOR-MIB and CISCO-ENTITY-FRU-CONTROL-MIB: fc1/1 up, fc1/2 down, fc1/3
 * shut, the management port; a temperature within and one above its threshold, two power supplies of which one failed, a fan tray.
 */
export function mdsWalk(): string {
  return [
    '1.3.6.1.2.1.1.1.0|4|Cisco NX-OS(tm) m9148, Software (m9100-s3ek9-mz), Version 6.2(9), RELEASE SOFTWARE',
    '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.12.3.1.3.1491',
    '1.3.6.1.2.1.1.3.0|67|8640000',
    '1.3.6.1.2.1.1.5.0|4|mds-a',
    `${CISCO}.305.1.1.1.0|66|9`,
    `${CISCO}.305.1.1.2.0|66|44`,
    `${CISCO}.305.1.1.10.0|67|17280000`,
    ...port(16777216, 'fc1/1', { type: 56, admin: 1, oper: 1 }, { 6: 3, 15: 400_000n, 35: 0 }),
    ...port(16781312, 'fc1/2', { type: 56, admin: 1, oper: 2 }, { 3: 4 }),
    ...port(16785408, 'fc1/3', { type: 56, admin: 2, oper: 2 }, {}),
    ...port(83886080, 'mgmt0', { type: 6, admin: 1, oper: 1 }, {}),
    ...entity(21590, 'Outlet', 8),
    ...entity(21591, 'Intake', 8),
    ...entity(21592, 'Voltage', 8),
    ...entity(470, 'PowerSupply-1', 6),
    ...entity(471, 'PowerSupply-2', 6),
    ...entity(534, 'Fan Module-1', 7),
    ...entity(22, 'Module-1', 9),
    ...rows(`${CISCO}.91.1.1.1.1`, '21590', { 1: 8, 2: 9, 3: 0, 4: 41, 5: 1 }),
    ...rows(`${CISCO}.91.1.1.1.1`, '21591', { 1: 8, 2: 8, 3: 0, 4: 71_500, 5: 1 }),
    ...rows(`${CISCO}.91.1.1.1.1`, '21592', { 1: 4, 2: 9, 3: 0, 4: 12, 5: 1 }),
    ...rows(`${CISCO}.91.1.2.1.1`, '21590.1', { 3: 4, 5: 2 }),
    ...rows(`${CISCO}.91.1.2.1.1`, '21591.1', { 3: 4, 5: 1 }),
    ...rows(`${CISCO}.117.1.1.2.1`, '470', { 2: 2 }),
    ...rows(`${CISCO}.117.1.1.2.1`, '471', { 2: 8 }),
    ...rows(`${CISCO}.117.1.1.2.1`, '22', { 2: 2 }),
    ...rows(`${CISCO}.117.1.4.1.1`, '534', { 1: 2 }),
  ].join('\n')
}

function port(
  index: number,
  name: string,
  { type, admin, oper }: { readonly type: number; readonly admin: number; readonly oper: number },
  errors: Columns,
): string[] {
  const octets = oper === 1 ? 5_000_000n : 0n
  const none = { 1: 0, 2: 0, 3: 0, 5: 0, 6: 0, 15: 0n, 35: 0 }
  return [
    ...rows('1.3.6.1.2.1.2.2.1', String(index), { 3: type, 7: admin, 8: oper }),
    ...rows('1.3.6.1.2.1.31.1.1.1', String(index), {
      1: name,
      6: octets,
      10: octets * 2n,
      15: 8000,
      18: name === 'fc1/1' ? 'his-db1' : '',
    }),
    ...(type === 56 ? rows(`${CISCO}.289.1.2.1.1`, String(index), { ...none, ...errors }) : []),
  ]
}

function entity(index: number, name: string, kind: number): string[] {
  return rows('1.3.6.1.2.1.47.1.1.1.1', String(index), { 2: name, 5: kind, 7: name })
}

function rows(entry: string, index: string, columns: Columns): string[] {
  return Object.entries(columns).map(
    ([column, value]) => `${entry}.${column}.${index}|${typeOf(value)}|${value}`,
  )
}

function typeOf(value: number | bigint | string): number {
  if (typeof value === 'string') return 4
  return typeof value === 'bigint' ? 70 : 66
}
