import { NoDataError } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import { describePause } from '../../source-session.ts'
import { isQuiet, minuteOfDay, type QuietHours } from './quiet-hours.ts'

/** Why nothing may be sent to a server now. */
export interface Silence {
  readonly state: 'paused' | 'quiet'
  /** For whoever wanted to send. */
  readonly error: NoDataError
}

/** Whether the source is paused or within its quiet hours, which its standing then says; undefined when something may be sent. */
export function findSilence(
  { memory, standing, clocks }: Pick<SourceContext, 'memory' | 'standing' | 'clocks'>,
  quietHours: readonly QuietHours[],
): Silence | undefined {
  if (memory.pausedSinceMs !== undefined) {
    standing.enter('paused', describePause(memory.pausedSinceMs))
    return {
      state: 'paused',
      error: new NoDataError({ zh: '数据源已暂停', en: 'the source is paused' }),
    }
  }
  if (!isQuiet(quietHours, minuteOfDay(clocks.nowMs()))) return undefined
  const reason = { zh: '静默时段', en: 'quiet hours' }
  standing.enter('quiet', reason)
  return { state: 'quiet', error: new NoDataError(reason) }
}
