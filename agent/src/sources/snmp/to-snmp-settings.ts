import { asRecord } from '../../as-record.ts'
import { expandPorts } from './expand-ports.ts'
import type { SnmpSettings, WatchedProcess } from './snmp-settings.ts'

/** @param options checked against the source's declaration */
export function toSnmpSettings(options: Readonly<Record<string, unknown>>): SnmpSettings {
  const { processes, portsInUse, portsRetired } = options
  return {
    processes: Array.isArray(processes) ? processes.map(toWatchedProcess) : [],
    portsInUse: expandPorts(portsInUse),
    portsRetired: expandPorts(portsRetired),
  }
}

function toWatchedProcess(written: unknown): WatchedProcess {
  const { name, pattern } = asRecord(written)
  return {
    name: String(name),
    pattern: typeof pattern === 'string' ? new RegExp(pattern) : undefined,
  }
}
