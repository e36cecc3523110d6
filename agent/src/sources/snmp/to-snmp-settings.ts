import { asRecord } from '../../as-record.ts'
import type { SnmpSettings, WatchedProcess } from './snmp-settings.ts'

/** @param options checked against the source's declaration */
export function toSnmpSettings({ processes }: Readonly<Record<string, unknown>>): SnmpSettings {
  return { processes: Array.isArray(processes) ? processes.map(toWatchedProcess) : [] }
}

function toWatchedProcess(written: unknown): WatchedProcess {
  const { name, pattern } = asRecord(written)
  return {
    name: String(name),
    pattern: typeof pattern === 'string' ? new RegExp(pattern) : undefined,
  }
}
