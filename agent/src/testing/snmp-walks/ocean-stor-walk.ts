const ISM = '1.3.6.1.4.1.34774.4.1'

/** A text as the index that it is: its length and its bytes. */
function textIndex(text: string): string {
  return [text.length, ...Buffer.from(text)].join('.')
}

/**
 * An OceanStor array, written from Huawei's MIBs: two controllers of which one is faulty, a disk that is about to fail, a disk without a
 * temperature, fans without a status, one pool, two LUNs of which one has performance data. Lines `OID|type|value`.
 */
export function oceanStorWalk(): string {
  return [
    '1.3.6.1.2.1.1.1.0|4|ISM SNMP Agent',
    '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.91',
    '1.3.6.1.2.1.1.3.0|67|360000',
    `${ISM}.1.1.0|4|2102350000000001`,
    `${ISM}.1.5.0|70|1048576`,
    `${ISM}.1.6.0|4|6.1.3`,
    ...row('23.5.2.1', '0A', { 2: 1, 3: 27, 5: 'CTE0.A', 8: 22, 9: 71 }),
    ...row('23.5.2.1', '0B', { 2: 2, 3: 28, 5: 'CTE0.B', 8: 4294967295, 9: 101 }),
    ...row('23.5.1.1', '1001', { 2: 3, 3: 27, 4: 'CTE0.0', 6: 3662109, 11: 43, 21: 580, 22: 0 }),
    ...row('23.5.1.1', '1002', { 2: 1, 3: 16, 4: 'CTE0.1', 6: 3662109, 11: 0, 21: 3, 22: 40 }),
    ...row('23.5.4.1', 'F0', { 2: 'CTE0.FAN0', 3: 1, 4: 2 }),
    ...row('23.5.4.1', 'F1', { 2: 'CTE0.FAN0', 3: 99, 4: 999 }),
    ...row('23.5.6.1', 'E0', { 2: 'CTE0', 4: 1, 5: 27, 8: 31 }),
    ...row('23.5.5.1', 'B0', { 2: '--', 3: 12, 4: 50 }),
    ...row('23.4.2.1', '1', { 2: 'Pool-1', 5: 1, 6: 27, 7: 1000, 8: 2000, 9: 250 }),
    ...row('23.4.8.1', '0', { 2: 'LUN-HIS', 5: 1024, 6: 512, 9: 1, 10: 27 }),
    ...row('23.4.8.1', '1', { 2: 'LUN-PACS', 5: 2048, 6: 4294967295, 9: 15, 10: 27 }),
    ...performance(0, { 3: 1500, 6: 40, 13: 850 }),
  ].join('\n')
}

type Columns = Readonly<Record<number, number | string>>

function row(table: string, id: string, columns: Columns): string[] {
  const lines = Object.entries({ 1: id, ...columns })
  return lines.map(([column, value]) => line(`${table}.${column}.${textIndex(id)}`, value))
}

function performance(id: number, columns: Columns): string[] {
  return Object.entries({ 1: id, ...columns }).map(([column, value]) =>
    line(`21.4.1.${column}.${id}`, value),
  )
}

function line(place: string, value: number | string): string {
  return `${ISM}.${place}|${typeof value === 'string' ? 4 : 66}|${value}`
}
