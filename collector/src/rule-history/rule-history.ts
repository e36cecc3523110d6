import { comparePositions, type Journal } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alerting } from '../notify/alerting.ts'
import type { HistoryNeed } from '../rules/history.ts'
import { QueryError } from '@wardround/query'
import type { Store } from '../store/store.ts'
import { askStore } from './ask-store.ts'

export interface RuleHistoryParts {
  readonly store: Pick<Store, 'query' | 'status'>
  readonly alerting: Pick<Alerting, 'engine'>
  /** What an earlier process took lies before its durable end. */
  readonly journal: Pick<Journal, 'status'>
  readonly log: Logger
  readonly nowMs: () => number
}

/** Tells the functions of rules what they must know of the past. */
export interface RuleHistory extends AsyncDisposable {
  /** Other rules are in force: their windows are empty. */
  renew(): void
}

/** Baselines are told anew so often; each tells a day ahead. */
const BASELINES_EVERY_MS = 3_600_000
/** So often is looked how far the store has read, and for so long at most. */
const LOOK_EVERY_MS = 500
const READS_WITHIN_MS = 10 * 60_000
/** A store whose worker has died is back within seconds. */
const TRIES = 3
const RETRY_MS = 3_000

/**
 * Begins to ask the store, beside the samples that already come: each time when it has read what the journal holds: at the start, again at `renew`, and
 * every hour for baselines. One question at a time.
 */
export function startRuleHistory(parts: RuleHistoryParts): RuleHistory {
  const { log } = parts
  let current = new AbortController()
  let running = Promise.resolve()

  const begin = (kinds: readonly HistoryNeed['kind'][]) => {
    const { signal } = current
    running = running
      .then(async () => fill(parts, kinds, signal))
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'the past of rules is not known')
      })
  }
  begin(['window', 'baseline'])
  const timer = setInterval(() => begin(['baseline']), BASELINES_EVERY_MS).unref()

  return {
    renew() {
      current.abort()
      current = new AbortController()
      begin(['window', 'baseline'])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      current.abort()
      await running
    },
  }
}

async function fill(
  parts: RuleHistoryParts,
  kinds: readonly HistoryNeed['kind'][],
  signal: AbortSignal,
): Promise<void> {
  const needs = parts.alerting.engine.historyNeeds().filter(({ kind }) => kinds.includes(kind))
  if (needs.length === 0 || signal.aborted) return
  await untilRead(parts, signal)
  for (const need of needs) await fillOne(parts, need, signal)
}

/** Waits until the store has read what the journal holds by now, or for long enough. */
async function untilRead({ store, journal }: RuleHistoryParts, signal: AbortSignal): Promise<void> {
  const { durable } = journal.status()
  const untilMs = performance.now() + READS_WITHIN_MS
  while (performance.now() < untilMs) {
    const readUpTo = await store.status().then(
      (status) => status.readUpTo,
      () => undefined,
    )
    if (readUpTo !== undefined && comparePositions(readUpTo, durable) >= 0) return
    await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false })
  }
}

/** A need that can't be answered leaves windows to fill as samples come. */
async function fillOne(
  { store, alerting, log, nowMs }: RuleHistoryParts,
  need: HistoryNeed,
  signal: AbortSignal,
): Promise<void> {
  const { measurement, field, kind, windowMs } = need
  const what = { measurement, field, kind, windowMs }
  for (let tried = 1; ; tried++) {
    try {
      const history = await askStore(store, need, nowMs(), signal)
      signal.throwIfAborted()
      const dropped = alerting.engine.fillHistory(need, history)
      if (dropped > 0) log.warn({ ...what, dropped }, 'the past of some points has no room')
      return
    } catch (error) {
      signal.throwIfAborted()
      if (tried < TRIES && !(error instanceof QueryError)) {
        await sleep(RETRY_MS, undefined, { signal, ref: false })
        continue
      }
      log.warn(
        { ...what, err: error },
        'the past of a rule is not known: its window fills as samples come',
      )
      return
    }
  }
}
