import { join } from 'node:path'

/** Where things are within the collector's state directory. */
export interface StatePaths {
  readonly directory: string
  readonly journal: string
  readonly store: string
  readonly controlSocket: string
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
    controlSocket: join(environment['RUNTIME_DIRECTORY'] ?? directory, 'control.sock'),
  }
}
