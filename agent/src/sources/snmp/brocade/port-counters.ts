import type { SnmpRow } from '../snmp-session.ts'
import type { CounterShape } from '../counter-book.ts'
import { counter64Of, integerOf, type SnmpValue } from '../snmp-value.ts'

/** How fast a counter can rise. */
type Pace = 'bytes' | 'frames' | 'ticks' | 'errors'

/** One counter of a port and where it stands. */
export interface PortCounter<Field extends string> {
  readonly field: Field
  /** Column of connUnitPortStatTable: 64 bits. */
  readonly statistic?: number
  /** Column of swConnUnitPortStatTable: 64 bits. */
  readonly more?: number
  /** Column of swFCPortTable: 32 bits, where the others give nothing. */
  readonly port?: number
  /** Of the column of 32 bits, where it does not count the same. */
  readonly factor?: number
  readonly pace: Pace
  /** Its growth in the last minutes is asked for. */
  readonly recalled?: boolean
}

export const WATCHED_COUNTERS = [
  { field: 'tx_bytes_total', statistic: 6, port: 11, factor: 4, pace: 'bytes' },
  { field: 'rx_bytes_total', statistic: 7, port: 12, factor: 4, pace: 'bytes' },
  { field: 'bb_credit_zero_total', statistic: 8, port: 20, pace: 'ticks' },
  { field: 'c3_discards_total', statistic: 28, port: 28, pace: 'errors' },
  { field: 'c3_tx_timeouts_total', more: 27, pace: 'errors' },
  { field: 'crc_errors_total', statistic: 40, port: 22, pace: 'errors', recalled: true },
  { field: 'invalid_words_total', statistic: 41, pace: 'errors', recalled: true },
  { field: 'encoding_in_errors_total', port: 21, pace: 'errors', recalled: true },
  { field: 'encoding_out_errors_total', port: 26, pace: 'errors', recalled: true },
] as const satisfies readonly PortCounter<string>[]

export const DETAIL_COUNTERS = [
  { field: 'tx_frames_total', statistic: 4, pace: 'frames' },
  { field: 'rx_frames_total', statistic: 5, pace: 'frames' },
  { field: 'link_failures_total', statistic: 39, pace: 'errors' },
  { field: 'loss_of_sync_total', statistic: 44, pace: 'errors' },
  { field: 'loss_of_signal_total', statistic: 43, pace: 'errors' },
  { field: 'link_resets_rx_total', statistic: 33, pace: 'errors' },
  { field: 'link_resets_tx_total', statistic: 34, pace: 'errors' },
] as const satisfies readonly PortCounter<string>[]

/** The rows of one port, as far as the switch gives them. */
export interface PortRows {
  readonly port: SnmpRow | undefined
  readonly statistics: SnmpRow | undefined
  readonly more: SnmpRow | undefined
}

/** The fastest port there is, 128G. */
const FASTEST_BYTES = 16e9
/** 400,000 ticks of 2.5 µs are a second; virtual channels are counted one by one. */
const TICKS = 8 * 400_000
/** No frame is shorter, with what stands between two. */
const SHORTEST_FRAME_BYTES = 60
/** A line that is only noise. Fewer than would look like a wrap of 32 bits when a counter is cleared. */
const ERRORS = 10_000_000
/** Between two readings of the counters that may stand in 32 bits, and some more. */
const SLOWEST_SECONDS = 75

export interface RawCounter {
  readonly value: number | undefined
  readonly shape: CounterShape
  /** What one step of it is, e.g. 4 bytes of a word. */
  readonly factor: number
}

/**
 * A counter's reading, from 64 bits where the switch has them. One of 32 bits that may go round between two readings is missing: no rate could
 * be told from it.
 * @param has64 whether this switch has FCMGMT-MIB: a row that it leaves out once is then missing, never read from another table
 * @param speedBytes of the port, where it is known
 */
export function readCounter(
  { statistic, more, port, factor = 1, pace, recalled: isRecalled = false }: PortCounter<string>,
  rows: PortRows,
  has64: boolean,
  speedBytes: number | undefined,
): RawCounter {
  const mostPerSecond = mostOf(pace, speedBytes)
  const wide = (value: SnmpValue | undefined): RawCounter => ({
    value: counter64Of(value),
    shape: { bits: 64, mostPerSecond, isRecalled },
    factor: 1,
  })
  if (more !== undefined) return wide(rows.more?.get(more))
  if (statistic !== undefined && (has64 || port === undefined))
    return wide(rows.statistics?.get(statistic))
  const shape = { bits: 32, mostPerSecond: mostPerSecond / factor, isRecalled } as const
  const value = port === undefined ? undefined : integerOf(rows.port?.get(port))
  const goesRound = shape.mostPerSecond * SLOWEST_SECONDS >= 2 ** 31
  return { value: goesRound ? undefined : nonNegative(value), shape, factor }
}

function nonNegative(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value
}

function mostOf(pace: Pace, speedBytes: number | undefined): number {
  const bytes = 1.25 * (speedBytes ?? FASTEST_BYTES)
  switch (pace) {
    case 'bytes':
      return bytes
    case 'frames':
      return bytes / SHORTEST_FRAME_BYTES
    case 'ticks':
      return TICKS
    case 'errors':
      return ERRORS
  }
}
