import type { SiteExpression } from '../site-expression.ts'
import type { SiteMetric } from './site-metrics.ts'

/** A process that is watched on a host without an agent. */
export interface WatchedProcess {
  /** Tag `process_name`. */
  readonly name: string
  /** Regular expression on the whole command line; undefined: the program's name is `name`. */
  readonly pattern: SiteExpression | undefined
}

/** What the site set for this device, for the probes that it concerns. */
export interface SnmpSettings {
  readonly processes: readonly WatchedProcess[]
  /** Measurements that the site describes. */
  readonly metrics?: readonly SiteMetric[]
  /** Ports of an FC switch that count as once online. */
  readonly portsInUse?: ReadonlySet<string>
  /** Ports of an FC switch that may be offline though they were online. */
  readonly portsRetired?: ReadonlySet<string>
}
