import { PORT_STATE } from '../../../measurements/fc-port.ts'
import type { CounterShape } from '../counter-book.ts'
import { hexOf, integerOf, textOf, type SnmpValue } from '../snmp-value.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { FC_ERRORS, FC_INTERFACES, INTERFACES, INTERFACES_X } from './mds-oids.ts'

/** Columns of fcIfErrorTable. */
export const MDS_ERRORS = [
  { field: 'link_failures_total', column: 1, mostPerSecond: 10_000_000 },
  { field: 'loss_of_sync_total', column: 2, mostPerSecond: 10_000_000 },
  { field: 'loss_of_signal_total', column: 3, mostPerSecond: 10_000_000 },
  { field: 'invalid_words_total', column: 5, mostPerSecond: 10_000_000 },
  { field: 'crc_errors_total', column: 6, mostPerSecond: 10_000_000 },
  // TxWait counts steps of 2.5 µs without a credit, as Brocade does
  { field: 'bb_credit_zero_total', column: 15, mostPerSecond: 3_200_000 },
  { field: 'c3_tx_timeouts_total', column: 35, mostPerSecond: 10_000_000 },
] as const

/** All counters of a port, in the order in which they are kept. */
export const MDS_COUNTERS: readonly MdsCounter['field'][] = [
  'tx_bytes_total',
  'rx_bytes_total',
  ...MDS_ERRORS.map(({ field }) => field),
]

const FIBRE_CHANNEL = 56
const FASTEST_BYTES = 16e9
const MOST_PORTS = 4096
const BYTES_OF_MBIT = 125_000

/** ifOperStatus as the state of a port; what is not listed is unknown. */
const OPER: Readonly<Record<number, number>> = {
  1: PORT_STATE.online,
  2: PORT_STATE.offline,
  3: PORT_STATE.testing,
  5: PORT_STATE.offline,
  6: PORT_STATE.offline,
  7: PORT_STATE.offline,
}

export interface MdsPort {
  readonly port: string
  readonly name: string | undefined
  readonly wwn: string | undefined
  readonly operState: number | undefined
  /** 1 enabled, 2 disabled, 0 unknown. */
  readonly linkState: number | undefined
  readonly speed: number | undefined
  readonly counters: readonly MdsCounter[]
}

export interface MdsCounter {
  readonly field: (typeof MDS_ERRORS)[number]['field'] | 'tx_bytes_total' | 'rx_bytes_total'
  readonly value: number | undefined
  readonly shape: CounterShape
}

/** The Fibre Channel ports of a switch, joined by ifIndex. */
export async function readMdsPorts(session: SnmpSession, signal: AbortSignal): Promise<MdsPort[]> {
  const read = (entry: string, columns: readonly number[]) =>
    session.table(entry, columns, signal, { maxRows: MOST_PORTS })
  const interfaces = await read(INTERFACES.entry, Object.values(INTERFACES.columns))
  const more = await read(INTERFACES_X.entry, Object.values(INTERFACES_X.columns))
  const names = await read(FC_INTERFACES.entry, Object.values(FC_INTERFACES.columns))
  const columns = MDS_ERRORS.map(({ column }) => column)
  const errors = await read(FC_ERRORS, columns)
  return [...interfaces]
    .filter(([, row]) => integerOf(row.get(INTERFACES.columns.type)) === FIBRE_CHANNEL)
    .map(([index, row]) => toPort(index, row, more.get(index), names.get(index), errors.get(index)))
}

export function toPort(
  index: string,
  row: SnmpRow,
  more: SnmpRow | undefined,
  fc: SnmpRow | undefined,
  errors: SnmpRow | undefined,
): MdsPort {
  const { columns } = INTERFACES_X
  const speed = integerOf(more?.get(columns.speed))
  const mostBytes =
    1.25 * (speed !== undefined && speed > 0 ? speed * BYTES_OF_MBIT : FASTEST_BYTES)
  return {
    port: textOf(more?.get(columns.name)) ?? index,
    name: textOf(more?.get(columns.alias)),
    wwn: hexOf(fc?.get(FC_INTERFACES.columns.wwn)),
    operState: stateOf(row.get(INTERFACES.columns.oper), OPER),
    linkState: stateOf(row.get(INTERFACES.columns.admin), { 1: 1, 2: 2 }),
    speed: speed !== undefined && speed > 0 ? speed : undefined,
    counters: [
      toCounter('tx_bytes_total', more?.get(columns.outOctets), mostBytes),
      toCounter('rx_bytes_total', more?.get(columns.inOctets), mostBytes),
      ...MDS_ERRORS.map(({ field, column, mostPerSecond }) =>
        toCounter(field, errors?.get(column), mostPerSecond),
      ),
    ],
  }
}

function stateOf(
  value: SnmpValue | undefined,
  states: Readonly<Record<number, number>>,
): number | undefined {
  return value === undefined ? undefined : (states[integerOf(value) ?? -1] ?? 0)
}

/** What comes as Counter64 has 64 bits, all else 32. */
function toCounter(
  field: MdsCounter['field'],
  value: SnmpValue | undefined,
  mostPerSecond: number,
): MdsCounter {
  if (typeof value === 'bigint')
    return { field, value: Number(value), shape: { bits: 64, mostPerSecond } }
  const number = integerOf(value)
  const isCount = number !== undefined && number >= 0
  return { field, value: isCount ? number : undefined, shape: { bits: 32, mostPerSecond } }
}
