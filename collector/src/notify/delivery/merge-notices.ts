import { byUrgency } from '../../rules/severity.ts'
import type { Contact, Notice, NoticeAlert, NoticeOccasion } from '../notice.ts'

/** More would never be shown; what is beyond is counted. */
const MAX_ALERTS = 1_000

/** What people have not heard before, or did not act on. */
const NEWS: ReadonlySet<NoticeOccasion> = new Set(['news', 'escalation', 'catchUp', 'test'])

/**
 * Several notices of one channel as one: of each alert the newest that is said of it, firing ones first, worst and oldest first. An alert that began and ended
 * meanwhile is there as ended, which says both. @throws RangeError where there is none
 */
export function mergeNotices(notices: readonly Notice[]): Notice {
  const [first, ...others] = notices
  const last = notices.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('no notice to merge')
  if (others.length === 0) return first
  const newest = new Map<string, NoticeAlert>()
  // Hosts of other collectors, whose notices are relayed, may have the same names: where the links lead tells them apart.
  for (const { alerts, externalUrl, occasion } of notices)
    for (const one of alerts) {
      const { isNews = NEWS.has(occasion) } = one
      const key = `${externalUrl} ${one.alert.fingerprint} ${one.alert.key}`
      newest.set(key, { ...one, isNews: isNews || newest.get(key)?.isNews === true })
    }
  const alerts = [...newest.values()].sort((a, b) => byUrgency(a.alert, b.alert))
  const people = new Map<string, Contact>()
  for (const notice of notices)
    for (const contact of notice.people) people.set(contact.name, contact)
  const truncated = notices.reduce((sum, notice) => sum + notice.truncated, 0)
  return {
    ...last,
    occasion: others.every(({ occasion }) => occasion === first.occasion) ? first.occasion : 'news',
    escalation: Math.max(...notices.map(({ escalation }) => escalation)),
    people: [...people.values()],
    alerts: alerts.slice(0, MAX_ALERTS),
    truncated: truncated + Math.max(0, alerts.length - MAX_ALERTS),
    demo: notices.some(({ demo }) => demo === true) || undefined,
  }
}
