import { join, resolve } from 'node:path'

/** Where things are within the collector's state directory. */
export interface StatePaths {
  readonly directory: string
  readonly journal: string
  readonly store: string
  /** Of each store outside: a directory of its name. */
  readonly stores: string
  readonly controlSocket: string
}

/** Where the collector answers that runs as its package's unit (RuntimeDirectory=wardround-collector), and what it keeps by default. */
const UNIT = {
  state: '/var/lib/wardround/collector',
  controlSocket: '/run/wardround-collector/control.sock',
} as const

/**
 * Where commands look for the running collector of a state directory: where it said itself that it answers, then in the directory. The unit's own
 * socket only where the directory is the unit's: what another collector answers is nothing that was asked for.
 */
export function controlSocketsOf(directory: string, announced: string | undefined): string[] {
  const unit = resolve(directory) === UNIT.state ? [UNIT.controlSocket] : []
  const places = [announced, join(directory, 'control.sock'), ...unit]
  return [...new Set(places.filter((place) => place !== undefined))]
}

/** `$RUNTIME_DIRECTORY` is systemd's: the socket then survives no reboot and can be shared with a group. */
export function toStatePaths(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): StatePaths {
  return {
    directory,
    journal: join(directory, 'journal'),
    store: join(directory, 'store'),
    stores: join(directory, 'stores'),
    controlSocket: join(environment['RUNTIME_DIRECTORY'] ?? directory, 'control.sock'),
  }
}
