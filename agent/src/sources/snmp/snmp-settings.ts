/** A process that is watched on a host without an agent. */
export interface WatchedProcess {
  /** Tag `process_name`. */
  readonly name: string
  /** Regular expression on the whole command line; undefined: the program's name is `name`. */
  readonly pattern: RegExp | undefined
}

/** What the site set for this device, for the probes that it concerns. */
export interface SnmpSettings {
  readonly processes: readonly WatchedProcess[]
}
