import type { Logger } from '@wardround/program'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import type { RawRecordBounds } from './raw-record-files.ts'
import type { State } from './state.ts'

export interface UpkeepParts {
  readonly state: Pick<State, 'agents' | 'life' | 'upkeep' | 'rawRecords'>
  readonly registry: AgentRegistry
  /** How long history is kept. */
  readonly keepMs: () => number
  /** What is kept of what devices sent. */
  readonly rawLogs: () => RawRecordBounds
  readonly everyMs: number
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}

const DAY_MS = 86_400_000
/** The first purge and copy come when the start is over. */
const FIRST_DAILY_MS = 60_000
const RETRY_DAILY_MS = 60_000
/** A disk that is busy or full for a moment is nobody's business. */
const QUIET_TRIES = 3

/** Saves every few seconds who lives; once a day drops what is too old and copies the database. */
export function startUpkeep(parts: UpkeepParts): AsyncDisposable {
  const { log } = parts
  const jobs = dailyJobs(parts)
  let running: Promise<void> | undefined
  let failing = false

  const save = async () => {
    try {
      await saveSigns(parts)
      failing = false
    } catch (error) {
      if (!failing) log.error({ err: error }, 'who lives can not be saved')
      failing = true
    }
  }
  const once = async () => {
    await save()
    for (const job of jobs) await job()
    running = undefined
  }
  const timer = setInterval(() => {
    running ??= once()
  }, parts.everyMs).unref()

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
      await once()
    },
  }
}

/** One that fails keeps no other from its turn. */
function dailyJobs(parts: UpkeepParts): (() => Promise<void>)[] {
  const { state, keepMs, rawLogs, nowMs } = parts
  return [
    daily(parts, 'purge of the state', () => state.upkeep.purge(nowMs() - keepMs())),
    daily(parts, 'packing of raw records', () => state.rawRecords.tidy(rawLogs(), nowMs())),
    daily(parts, 'copy of the state', () => state.upkeep.copy()),
  ]
}

/** Does the work when a day has gone by; tried every minute where it fails, and told once. */
function daily(
  { log, monotonicMs }: UpkeepParts,
  name: string,
  work: () => Promise<unknown>,
): () => Promise<void> {
  let dueMs = monotonicMs() + FIRST_DAILY_MS
  let failedTries = 0
  return async () => {
    if (monotonicMs() < dueMs) return
    dueMs = monotonicMs() + RETRY_DAILY_MS
    try {
      await work()
      dueMs = monotonicMs() + DAY_MS
      failedTries = 0
    } catch (error) {
      if (++failedTries === QUIET_TRIES)
        log.error({ err: error }, `the daily ${name} fails; tried every minute`)
    }
  }
}

async function saveSigns({ state, registry, nowMs }: UpkeepParts): Promise<void> {
  const seen = [...registry]
    .filter((agent) => agent.session !== undefined)
    .map(({ host, lastSeenMs, lastSequence }) => ({
      host,
      lastSeenMs: lastSeenMs ?? nowMs(),
      lastSequence,
    }))
  if (seen.length > 0) await state.agents.seen(seen)
  await state.life.alive(nowMs())
}
