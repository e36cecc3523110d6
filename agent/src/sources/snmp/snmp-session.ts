import type { Keeping } from '../../kept-file.ts'
import type { LineCounts } from './device-line.ts'
import type { SnmpFailure } from './snmp-failure.ts'
import type { SnmpSettings } from './snmp-settings.ts'
import type { SnmpValue } from './snmp-value.ts'

/** One row of a table: its values by their column's number; columns that the device does not give are absent. */
export type SnmpRow = ReadonlyMap<number, SnmpValue>

/** The system group of a device (RFC 3418), asked for at the first run and whenever it was restarted. */
export interface SnmpDevice {
  /** sysObjectID, such as `1.3.6.1.4.1.1588.2.1.1.1`. */
  readonly objectId: string
  /** sysDescr, printable, at most 256 characters. */
  readonly description: string
  /** sysName. */
  readonly name: string
  /** sysContact. */
  readonly contact?: string
  /** sysLocation. */
  readonly location?: string
}

export interface TableBounds {
  /** Default 10,000: a table with more fails with FLOOD. */
  readonly maxRows?: number
}

/**
 * What probes read a device through. One request is in flight at a time, GET, GETNEXT and GETBULK are all that is sent, each with a deadline;
 * a device that does not answer is left alone for a while. All methods throw ProbeError NOT_ANSWERING, NOT_PERMITTED, UNPARSABLE or FLOOD.
 */
export interface SnmpSession {
  /** Name of the device: its series' `host`. */
  readonly subject: string
  /** For a KeptFile of a probe: what of this device outlives a restart of the agent. */
  readonly keeping: Keeping
  device(signal: AbortSignal): Promise<SnmpDevice>
  /** sysUpTime in hundredths of a second, of the newest answer that had it; it wraps after 497 days. */
  upTimeTicks(signal: AbortSignal): Promise<number>
  /** Values of single objects by their OID; what the device does not have is absent. */
  get(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SnmpValue>>
  /**
   * Rows of a table by their index, the part of the OID behind the column (`3`, `16.0.5.30.1.2.3`). A row has what the device gives of it, so
   * tables are joined by index, never by position.
   * @param entry OID of the conceptual row, such as 1.3.6.1.2.1.2.2.1
   * @param columns numbers below it; each is walked once
   */
  table(
    entry: string,
    columns: readonly number[],
    signal: AbortSignal,
    bounds?: TableBounds,
  ): Promise<ReadonlyMap<string, SnmpRow>>
}

/** How the device took a question that costs it next to nothing. */
export interface SnmpPing {
  /** undefined: it answered. */
  readonly failure: SnmpFailure | undefined
  /** undefined where there was no answer to this very question. */
  readonly responseMs: number | undefined
  readonly upTimeTicks: number | undefined
}

/** What the source gives its own probes beside reading. */
export interface SnmpPoll extends SnmpSession {
  readonly settings: SnmpSettings
  readonly counts: LineCounts
  /** Never throws for a device that does not answer. */
  ping(signal: AbortSignal): Promise<SnmpPing>
}
