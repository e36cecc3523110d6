import { readFile } from 'node:fs/promises'
import { errorCodeOf } from '@wardround/program/error-code'
import { listenControlSocket, type Logger } from '@wardround/program/running'
import { tellingCommands } from './agent-control.ts'
import { DEFAULT_REPORT_GROUP, REPORT_VERB, reportSocketOf } from './report-address.ts'
import type { AgentSettings } from './settings.ts'
import type { SourceSession } from './source-session.ts'

export interface ReportSocketParts {
  readonly log: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A test's. */
  readonly groupFile?: string
}

/**
 * A socket of its own for the users that backups run as: it takes reports of declared jobs, for members of the group, and nothing that
 * pauses a source. One that can't be had costs these reports, not the agent.
 */
export async function listenForReports(
  { state, reportGroup }: Pick<AgentSettings, 'state' | 'reportGroup'>,
  listening: readonly SourceSession[],
  { log, environment, groupFile = '/etc/group' }: ReportSocketParts,
): Promise<AsyncDisposable> {
  const { [REPORT_VERB]: report } = tellingCommands(listening)
  if (report === undefined) return NOTHING
  const path = reportSocketOf(state, environment)
  const listen = (gid?: number) => listenControlSocket(path, { [REPORT_VERB]: report }, gid)
  const gid = await findGroup(reportGroup, groupFile)
  if (gid === undefined)
    log[reportGroup === DEFAULT_REPORT_GROUP ? 'info' : 'warn'](
      { group: reportGroup },
      'there is no such group: backups are reported by root and the agent’s own group alone',
    )
  try {
    return await listen(gid).catch((error: unknown) => {
      if (gid === undefined || !isForeignGroup(error)) throw error
      log.warn(
        { group: reportGroup },
        'the agent is no member of the group: its members can’t report backups; add the agent’s user to it and restart',
      )
      return listen()
    })
  } catch (error) {
    log.warn({ err: error }, 'no socket for reports: scripts can’t report backups')
    return NOTHING
  }
}

const NOTHING: AsyncDisposable = { async [Symbol.asyncDispose]() {} }

/** By its number, or by its name in /etc/group. */
async function findGroup(group: string, groupFile: string): Promise<number | undefined> {
  if (/^\d{1,9}$/.test(group)) return Number(group)
  const text = await readFile(groupFile, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const [name, , gid = ''] = line.split(':')
    if (name === group && /^\d{1,10}$/.test(gid)) return Number(gid)
  }
  return undefined
}

/** Only root gives what is its own to a group that it is no member of. */
function isForeignGroup(error: unknown): boolean {
  const code = errorCodeOf(error)
  return code === 'EPERM' || code === 'EINVAL'
}
