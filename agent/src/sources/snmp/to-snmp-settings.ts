import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { compileLoaded } from '../site-expression.ts'
import { expandPorts } from './expand-ports.ts'
import { toSiteMetrics } from './site-metrics.ts'
import type { SnmpSettings, WatchedProcess } from './snmp-settings.ts'

/** @param options checked against the source's declaration */
export function toSnmpSettings(options: Readonly<Record<string, unknown>>): SnmpSettings {
  const { processes, portsInUse, portsRetired } = options
  return {
    processes: asList(processes).map(toWatchedProcess),
    metrics: toSiteMetrics(options),
    portsInUse: expandPorts(portsInUse),
    portsRetired: expandPorts(portsRetired),
  }
}

function toWatchedProcess(written: unknown): WatchedProcess {
  const { name, pattern } = asRecord(written)
  return {
    name: String(name),
    pattern: typeof pattern === 'string' ? compileLoaded(pattern) : undefined,
  }
}
