import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { Statement } from '../../statement.ts'
import type { Bean } from './bean.ts'
import type { TomcatSession } from './tomcat-session.ts'

/**
 * MBeans that only add to what the manager's status says: none where jmx is off, the statement is switched off, or the role is missing,
 * which is remarked.
 */
export async function beansIfPermitted(
  run: {
    readonly session: TomcatSession
    readonly remark: (text: LocalizedText) => void
    readonly signal: AbortSignal
  },
  statement: Statement,
  wanted: readonly string[],
): Promise<readonly Bean[]> {
  const { session, remark, signal } = run
  if (!session.readsBeans) return []
  try {
    return await session.beans(statement, wanted, signal)
  } catch (error) {
    if (error instanceof NoDataError) return []
    if (!(error instanceof ProbeError) || error.code !== 'NOT_PERMITTED') throw error
    if (error.text !== undefined) remark(error.text)
    return []
  }
}
