import { ProbeError, type ProbeRun } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import type { Statement } from '../../statement.ts'

/** How often a statement is sent that reads the control file from end to end. */
export const SELDOM_SECONDS = 600

/** What such a statement was last answered. */
export interface KeptRows {
  /** None where it was not done in time. */
  readonly rows: readonly Row[]
  /** Monotonic ms. */
  readonly askedAtMs: number
}

type Run = Pick<
  ProbeRun<OracleSession, {}, unknown>,
  'session' | 'signal' | 'monotonicMs' | 'remark'
>

/**
 * Rows that are read every ten minutes and repeated in between. One that was not done in time is not asked again before that either: the
 * run goes on without it.
 * @throws ProbeError, NoDataError as rows() does
 */
export async function askSeldom(
  { session, signal, monotonicMs, remark }: Run,
  statements: readonly Statement[],
  kept: KeptRows | undefined,
): Promise<KeptRows> {
  if (kept !== undefined && monotonicMs - kept.askedAtMs < SELDOM_SECONDS * 1000) return kept
  try {
    return { rows: await session.rows(statements, signal), askedAtMs: monotonicMs }
  } catch (error) {
    if (!(error instanceof ProbeError) || error.code !== 'DEADLINE') throw error
    remark(error.text ?? { zh: error.message, en: error.message })
    return { rows: [], askedAtMs: monotonicMs }
  }
}
