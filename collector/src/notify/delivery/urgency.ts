import type { Notice, NoticeOccasion } from '../notice.ts'

/** How soon a notice must be told, from 0: something critical fires. */
export type Urgency = 0 | 1 | 2 | 3

const OF_SEVERITY = { critical: 0, warning: 1, info: 2 } as const

/** What is told on these occasions can wait for what has just happened. */
const CALM: ReadonlySet<NoticeOccasion> = new Set(['digest', 'claim', 'test'])

/** By the worst of what fires; 3 where nothing does. */
export function urgencyOf({ occasion, alerts }: Pick<Notice, 'occasion' | 'alerts'>): Urgency {
  const firing = alerts.filter(({ alert }) => typeof alert.endsAtMs !== 'number')
  const worst = firing.reduce<Urgency>((least, { alert }) => {
    const own = OF_SEVERITY[alert.severity]
    return own < least ? own : least
  }, 3)
  return CALM.has(occasion) && worst < 2 ? 2 : worst
}
