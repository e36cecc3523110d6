import { isAbsolute, join } from 'node:path'
import type { LogFiles } from '../log/log-files.ts'
import type { LogEncoding } from '../log/log-text.ts'

/** The alert log of an instance, as the site names it, and how to follow it. */
export interface AlertLog {
  readonly files: LogFiles
  /** From agent.yaml; undefined: the database is asked. */
  readonly path: string | undefined
  readonly encoding: LogEncoding
}

/** `alert_SID.log` in the directory that V$DIAG_INFO names; undefined for one that is no path on this system. */
export function alertPath(directory: string, sid: string): string | undefined {
  if (!isAbsolute(directory) || !/^[\w$#+.-]{1,64}$/.test(sid)) return undefined
  return join(directory, `alert_${sid}.log`)
}
