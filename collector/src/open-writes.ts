import type { EntranceParts } from './entrance.ts'
import type { Foundations } from './foundations.ts'
import type { WriteRouteParts } from './http/influx/write-routes.ts'
import { LogBudget } from './ingest/log-budget.ts'
import type { SeriesCensus } from './ingest/series-census.ts'
import type { Intake } from './ingest/session-context.ts'
import { FailedTries } from './lines/failed-tries.ts'
import { LineIngest } from './lines/line-ingest.ts'
import { WriteRoom } from './lines/write-room.ts'
import type { Page } from './page.ts'

/** Where line protocol comes in, and who may write it. */
export interface Writes extends Omit<WriteRouteParts, 'language' | 'log'> {
  readonly lines: LineIngest
}

/** Line protocol through the same intake as the agents' batches. */
export function openWrites(
  { settings, resolved, log, nowMs, monotonicMs }: EntranceParts,
  foundations: Foundations,
  { page, intake, census }: { page: Pick<Page, 'changes'>; intake: Intake; census: SeriesCensus },
): Writes {
  const budget = new LogBudget(nowMs)
  const lines = new LineIngest({
    ...foundations,
    ...settings,
    tokens: foundations.writeTokens,
    catalogue: resolved.catalogue,
    census,
    intake,
    nowMs,
    onHeard: (host) => page.changes.hostChanged(host),
    onRefused: (token, { count, shown: [first] }) => {
      if (!budget.allows(`write ${token}`)) return
      log.warn({ token, refused: count, first: first?.error.message }, 'lines are refused')
    },
  })
  const writeAccess = {
    writeTokens: foundations.writeTokens,
    failedTries: new FailedTries(monotonicMs),
    onFailedTry(address: string) {
      lines.ledger.failedTries++
      if (budget.allows('write token')) log.warn({ address }, 'a write with a token that is none')
    },
  }
  const writeRoom = new WriteRoom(settings.limits.inFlightBytes)
  const { writeBytes, isDemo } = settings
  return { lines, writeAccess, writeRoom, writeBytes, isDemo }
}
