/** How bad it is, from the mildest: 提示, 警告, 严重. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 }

/** An alert as far as the order in which people should look at it depends on. Times are epoch ms. */
interface Urgent {
  readonly severity: Severity
  readonly startsAtMs: number
  readonly endsAtMs?: number | undefined
}

/** Firing ones first, worst and oldest first; then those that have ended. */
export function byUrgency(a: Urgent, b: Urgent): number {
  return (
    Number(a.endsAtMs !== undefined) - Number(b.endsAtMs !== undefined) ||
    RANK[a.severity] - RANK[b.severity] ||
    a.startsAtMs - b.startsAtMs
  )
}
