import { dirname, join } from 'node:path'
import { controlSocketOf, controlSocketsOf } from './agent-control.ts'

/** Its members may report backup jobs, where the site has such a group and says no other. */
export const DEFAULT_REPORT_GROUP = 'wardround-backup'
export const REPORT_SOCKET = 'report.sock'
/** All that it answers. */
export const REPORT_VERB = 'backup-report'

/** Where a running agent takes reports: beside each place where it may answer commands. */
export function reportSocketsOf(state: string): readonly string[] {
  return controlSocketsOf(state).map(besideIt)
}

/** Where an agent takes reports; `$RUNTIME_DIRECTORY` is systemd's. */
export function reportSocketOf(
  state: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return besideIt(controlSocketOf(state, environment))
}

function besideIt(controlSocket: string): string {
  return join(dirname(controlSocket), REPORT_SOCKET)
}
