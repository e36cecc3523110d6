import type { Alert } from '../../rules/alert.ts'
import type { Severity } from '../../rules/severity.ts'
import type { Contact } from '../notice.ts'
import type { AlertMatcher } from './alert-matcher.ts'
import type { TimeCondition } from './time-condition.ts'

/** Who else is told when nobody took an alert on, or it did not end, in time. */
export interface EscalationLevel {
  /** After its firing was told. */
  readonly afterMs: number
  /** What makes it needless. An alert that has ended is never escalated. */
  readonly unless: 'claimed' | 'resolved'
  readonly channels: readonly string[]
  readonly people: readonly Contact[]
}

/** A way from alerts to channels, with what it has from the routes above it. */
export interface Route {
  /** Names it: the matchers from the root down, as Alertmanager writes them: `{}/{severity="critical"}`. */
  readonly key: string
  readonly matcher: AlertMatcher
  readonly during: TimeCondition | undefined
  /** Whether the routes beside it are asked too. */
  readonly continues: boolean
  readonly routes: readonly Route[]
  readonly channels: readonly string[]
  /** Labels that alerts of one group share. */
  readonly groupBy: readonly string[]
  /** How long is gathered what follows the first notice. */
  readonly groupWaitMs: number
  /** Between the later notices of a group. */
  readonly groupIntervalMs: number
  /** While it fires and nobody has claimed it; undefined: never. */
  readonly repeatMs: Readonly<Record<Severity, number | undefined>>
  readonly escalation: readonly EscalationLevel[]
  /** Whether its channels hear of a claim. */
  readonly tellClaims: boolean
}

/** The routes that an alert takes at a time: the deepest that match, the first of several unless it says to go on. */
export function routesFor(root: Route, alert: Alert, atMs: number): readonly Route[] {
  return collect(root, alert, atMs) ?? []
}

/** Every route of a tree, the root first. */
export function allRoutes(root: Route): Route[] {
  return [root, ...root.routes.flatMap(allRoutes)]
}

function collect(route: Route, alert: Alert, atMs: number): readonly Route[] | undefined {
  if (!route.matcher.matches(alert)) return undefined
  if (route.during !== undefined && !route.during(atMs)) return undefined
  const found: Route[] = []
  for (const child of route.routes) {
    const below = collect(child, alert, atMs)
    if (below === undefined) continue
    found.push(...below)
    if (!child.continues) return found
  }
  return found.length > 0 ? found : [route]
}
