import type { UnreadyReason } from './http/routes/health.ts'
import type { FactFeed } from './ingest/fact-feed.ts'
import type { JournalFeed } from './ingest/journal-feed.ts'
import type { Alerting } from './notify/alerting.ts'
import type { Store } from './store/store.ts'

export interface ReadinessParts {
  readonly feed: Pick<JournalFeed, 'failure'>
  readonly facts: Pick<FactFeed, 'failure'>
  readonly alerting: Pick<Alerting, 'status'>
  readonly store: Pick<Store, 'status'>
}

/** A worker that doesn't say how it is within this time is not well. */
const STATUS_DEADLINE_MS = 5_000

/** Everything that keeps the collector from its work now: storing, evaluating, telling. */
export async function unreadyReasons(parts: ReadinessParts): Promise<UnreadyReason[]> {
  const reasons: UnreadyReason[] = []
  const { failure } = parts.feed
  if (failure !== undefined)
    reasons.push({ code: failure.code, message: `journal: ${failure.message}` })
  if (parts.facts.failure !== undefined) reasons.push(parts.facts.failure)
  const alerts = parts.alerting.status().failure
  if (alerts !== undefined) reasons.push({ code: 'ALERT_STATE', message: `alert state: ${alerts}` })
  const store = await describeStore(parts.store)
  if (store !== undefined) reasons.push({ code: 'STORE', message: `store: ${store}` })
  return reasons
}

async function describeStore(store: Pick<Store, 'status'>): Promise<string | undefined> {
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => deadline.reject(new Error(`no answer within ${STATUS_DEADLINE_MS / 1000} s`)),
    STATUS_DEADLINE_MS,
  )
  try {
    const { ok, reason } = await Promise.race([store.status(), deadline.promise])
    return ok ? undefined : (reason ?? 'can not store')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
  }
}
