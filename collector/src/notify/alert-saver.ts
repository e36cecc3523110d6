import { comparePositions, type Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { Alert, Transition } from '../rules/alert.ts'
import type { RowChanges } from '../rules/live-alerts.ts'
import { MAX_UNSAVED_TRANSITIONS } from './limits.ts'
import type { Notifier } from './notifier.ts'
import type { AlertStateStore, NewDelivery, TransitionRecord } from './outbox-store.ts'

export interface SaverParts {
  readonly state: AlertStateStore
  readonly notifier: Notifier
  readonly log: Logger
  readonly saveEveryMs: number
  readonly takeChanges: () => RowChanges
  readonly returnChanges: (changes: RowChanges) => void
}

export interface SaverStatus {
  /** Why the state can't be saved now; undefined: it can. */
  readonly failure: string | undefined
  /** Transitions since the start of the process, by kind. */
  readonly transitions: Readonly<Record<Transition['kind'], number>>
  /** Transitions that the history lost: it could not be written for too long. */
  readonly lostTransitions: number
}

/**
 * Saves what the rules know: state rows, the place in the journal, transitions and their messages, in one transaction; at once after a
 * transition, else now and then. A message is sent only once it is saved, unless saving fails: then it is sent from memory, since an alert matters
 * most when a disk is full. One commit at a time.
 */
export class AlertSaver implements AsyncDisposable {
  readonly #parts: SaverParts
  readonly #transitions = { firing: 0, severity: 0, resolved: 0 }
  readonly #listeners: ((position: Position) => void)[] = []
  #records: TransitionRecord[] = []
  #deliveries: NewDelivery[] = []
  #cursor: Position | undefined
  #savedCursor: Position | undefined
  #lostTransitions = 0
  #failure: string | undefined
  #saving: Promise<void> | undefined
  #saveAgain = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: SaverParts) {
    this.#parts = parts
  }

  /** A transition and its messages. They are saved, and then sent, at once. */
  add(transition: Transition, deliveries: readonly NewDelivery[]): void {
    const { ruleId, key, fingerprint } = transition.alert
    const { kind, atMs } = transition
    this.#transitions[kind]++
    this.#records.push({
      ruleId,
      key,
      kind,
      fingerprint,
      atMs: Math.round(atMs),
      json: JSON.stringify(transition),
    })
    this.#deliveries.push(...deliveries)
    this.#save()
  }

  /** An alert of the past, which nobody is told of: for the history alone. */
  addPast(alert: Alert): void {
    const { ruleId, key, fingerprint, startsAtMs } = alert
    const json = JSON.stringify({ kind: 'past', atMs: startsAtMs, reason: 'condition', alert })
    const atMs = Math.round(startsAtMs)
    this.#records.push({ ruleId, key, kind: 'past', fingerprint, atMs, json })
    this.#save()
  }

  /** The rules have seen the journal up to here. */
  covers(position: Position): void {
    if (this.#cursor === undefined || comparePositions(position, this.#cursor) > 0)
      this.#cursor = position
  }

  onCovered(listener: (position: Position) => void): void {
    this.#listeners.push(listener)
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#save(), this.#parts.saveEveryMs).unref()
    this.#save()
  }

  async flush(): Promise<void> {
    this.#save()
    while (this.#saving !== undefined) await this.#saving
  }

  status(): SaverStatus {
    return {
      failure: this.#failure,
      transitions: { ...this.#transitions },
      lostTransitions: this.#lostTransitions,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  #save(): void {
    if (this.#saving !== undefined) {
      this.#saveAgain = true
      return
    }
    this.#saveAgain = false
    this.#saving = this.#commit().finally(() => {
      this.#saving = undefined
      if (this.#saveAgain) this.#save()
    })
  }

  async #commit(): Promise<void> {
    // What arrives in the same turn of the event loop is one commit.
    await new Promise((resolve) => setImmediate(resolve))
    const { state, notifier, takeChanges, returnChanges } = this.#parts
    const changes = takeChanges()
    const records = this.#records
    const unsaved = notifier.takeUnsaved()
    const fresh = this.#deliveries
    const deliveries = [...unsaved, ...fresh]
    const cursor = this.#cursor
    this.#records = []
    this.#deliveries = []
    if (isNothing(changes, records, deliveries) && isSame(cursor, this.#savedCursor)) return
    try {
      await state.commit({ cursor, ...changes, transitions: records, deliveries })
      notifier.settleUnsaved(true)
      this.#saved(cursor)
      if (deliveries.length > 0) notifier.wake()
    } catch (error) {
      returnChanges(changes)
      this.#keepRecords(records)
      notifier.settleUnsaved(false)
      notifier.sendUnsaved(fresh)
      this.#failed(error)
    }
  }

  #saved(cursor: Position | undefined): void {
    if (this.#failure !== undefined) this.#parts.log.info('alert state can be saved again')
    this.#failure = undefined
    if (cursor === undefined || isSame(cursor, this.#savedCursor)) return
    this.#savedCursor = cursor
    for (const listener of this.#listeners) listener(cursor)
  }

  #keepRecords(records: readonly TransitionRecord[]): void {
    this.#records = [...records, ...this.#records]
    const surplus = this.#records.length - MAX_UNSAVED_TRANSITIONS
    if (surplus <= 0) return
    this.#records.splice(0, surplus)
    this.#lostTransitions += surplus
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#failure !== message)
      this.#parts.log.error(
        { err: error },
        'alert state can not be saved; notices go out from memory',
      )
    this.#failure = message
  }
}

function isNothing(
  { put, remove }: RowChanges,
  records: readonly unknown[],
  deliveries: readonly unknown[],
): boolean {
  return put.length + remove.length + records.length + deliveries.length === 0
}

function isSame(a: Position | undefined, b: Position | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && comparePositions(a, b) === 0)
}
