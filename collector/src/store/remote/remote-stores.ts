import { comparePositions, type Journal, type Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import { join } from 'node:path'
import type { State } from '../../state/state.ts'
import type { StoreGap } from '../../state/store-gaps.ts'
import type { Store } from '../store.ts'
import { Backlog } from './backlog.ts'
import { GapFiller } from './gap-filler.ts'
import { RemoteStore } from './open-remote-store.ts'
import type { RemoteStoreSettings } from './read-stores.ts'
import type { SendFailure } from './line-sender.ts'

/** How one store outside does. */
export interface RemoteStoreStatus {
  readonly name: string
  readonly kind: RemoteStoreSettings['kind']
  /** It takes what is sent. */
  readonly ok: boolean
  readonly failure: SendFailure | undefined
  /** What waits of the journal. */
  readonly lagBytes: number
  /** The same in samples, estimated from the bytes; 0 before the first was read. */
  readonly lagSamples: number
  /** Age of the oldest sample that waits; 0 when nothing does. */
  readonly lagSeconds: number
  readonly samplesSent: number
  readonly deadLetters: number
  readonly restarts: number
  /** Stretches that it did not get and that are not filled yet. */
  readonly gaps: readonly StoreGap[]
}

export interface RemoteStoresParts {
  readonly settings: readonly RemoteStoreSettings[]
  readonly directory: string
  readonly journalDirectory: string
  /** Of the journal's file system: what waits is given up before it is touched. */
  readonly reserve: { readonly fraction: number; readonly bytes: number }
  readonly journal: Pick<Journal, 'bytesFrom' | 'positionWithin' | 'status'>
  readonly state: Pick<State, 'cursors' | 'storeGaps'>
  /** Gaps are filled from it. */
  readonly embedded: Pick<Store, 'series' | 'query'>
  readonly log: Logger
  readonly nowMs: () => number
  /** Records before the position are no longer needed for it. */
  onCovered(store: RemoteStoreSettings, covered: Position): void
  /** It took what was sent, or nothing waits for it. */
  onWorking(store: RemoteStoreSettings): void
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 10_000
const FILL_FOR_MS = 8_000
/** A store that took nothing for so long is behind, though no write has failed yet. */
const BEHIND_MS = 60_000

/** Name of a store's cursor, and of it as a consumer of the journal. */
export function consumerOf({ name }: Pick<RemoteStoreSettings, 'name'>): string {
  return `store:${name}`
}

/** The stores outside, each with its own cursor in the journal: one that is down holds up nobody else. */
export class RemoteStores implements AsyncDisposable {
  readonly #parts: RemoteStoresParts
  readonly #backlog: Backlog
  readonly #filler: GapFiller
  readonly #stores: RemoteStore[] = []
  readonly #saved = new Map<string, Position | undefined>()
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosing = false

  private constructor(parts: RemoteStoresParts) {
    this.#parts = parts
    this.#backlog = new Backlog(parts)
    this.#filler = new GapFiller({ embedded: parts.embedded, gaps: parts.state.storeGaps })
  }

  /** Each goes on where it was. */
  static async open(parts: RemoteStoresParts): Promise<RemoteStores> {
    const stores = new RemoteStores(parts)
    for (const settings of parts.settings) await stores.#openStore(settings)
    if (stores.#stores.length > 0) {
      stores.#timer = setInterval(() => stores.#look(), parts.lookEveryMs ?? LOOK_EVERY_MS)
    }
    return stores
  }

  /** The journal is durable up to here. */
  advance(durable: Position): void {
    for (const store of this.#stores) store.advance(durable)
  }

  status(): Promise<RemoteStoreStatus[]> {
    return Promise.all(this.#stores.map((store) => this.#statusOf(store)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#timer)
    // First: whoever waits for a store that is down is told that it is over.
    await Promise.all(this.#stores.map((store) => store[Symbol.asyncDispose]()))
    await this.#looking
    await this.#savePositions()
  }

  async #openStore(settings: RemoteStoreSettings): Promise<void> {
    const { name } = settings
    const { directory, journalDirectory, journal, state, log } = this.#parts
    const onCovered = (covered: Position) => this.#parts.onCovered(settings, covered)
    const kept = await state.cursors.load(consumerOf(settings))
    const { durable } = journal.status()
    // A cursor ahead of the journal outlived the one that it belongs to: it must hide nothing of this one.
    const isAhead = kept !== undefined && comparePositions(kept, durable) > 0
    const from = isAhead ? undefined : kept
    this.#saved.set(name, from)
    const store = new RemoteStore({
      settings,
      directory: join(directory, name),
      journalDirectory,
      from,
      log,
      onCovered,
    })
    if (from !== undefined) onCovered(from)
    this.#stores.push(store)
    store.advance(durable)
  }

  #look(): void {
    this.#looking ??= this.#lookAtAll()
      .catch((error: unknown) => {
        this.#parts.log.error({ err: error }, 'the stores outside could not be looked after')
      })
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #lookAtAll(): Promise<void> {
    for (const store of this.#stores) {
      const status = await this.#statusOf(store)
      if (status.ok) this.#parts.onWorking(store.settings)
      await this.#backlog.keepWithin(store, status)
      if (status.ok) await this.#fill(store)
    }
    await this.#savePositions()
  }

  /** As long as a look lasts: live samples have their own way. */
  async #fill(store: RemoteStore): Promise<void> {
    const untilMs = performance.now() + FILL_FOR_MS
    while (!this.#isClosing && performance.now() < untilMs) {
      if (!(await this.#filler.fill(store))) return
    }
  }

  async #savePositions(): Promise<void> {
    for (const { settings, covered } of this.#stores) {
      if (covered === undefined || covered === this.#saved.get(settings.name)) continue
      await this.#parts.state.cursors.save(consumerOf(settings), covered)
      this.#saved.set(settings.name, covered)
    }
  }

  async #statusOf(store: RemoteStore): Promise<RemoteStoreStatus> {
    const { settings, restarts } = store
    const { journal, nowMs, state } = this.#parts
    const own = await store.status().catch(() => undefined)
    const gone: SendFailure = { kind: 'later', reason: 'its thread died and is started again' }
    const trouble = own?.trouble === undefined ? undefined : asFailure(own.trouble)
    const failure = own === undefined ? gone : (own.failure ?? trouble)
    const lagBytes = journal.bytesFrom(own?.sent ?? store.covered)
    const lagMs = own?.waitingSinceMs === undefined ? 0 : nowMs() - own.waitingSinceMs
    return {
      name: settings.name,
      kind: settings.kind,
      ok: failure === undefined && lagMs < BEHIND_MS,
      failure,
      lagBytes,
      lagSamples: Math.round(lagBytes * (own?.samplesPerByte ?? 0)),
      lagSeconds: Math.max(0, lagMs / 1_000),
      samplesSent: own?.samplesSent ?? 0,
      deadLetters: own?.deadLetters ?? 0,
      restarts,
      gaps: (await state.storeGaps.open(settings.name)).filter(({ reason }) => reason === 'outage'),
    }
  }
}

function asFailure(reason: string): SendFailure {
  return { kind: 'later', reason }
}
