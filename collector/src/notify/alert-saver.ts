import { comparePositions, type Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { Alert, Transition } from '../rules/alert.ts'
import type { RowChanges } from '../rules/alerts/live-alerts.ts'
import type { Decision } from './dispatch/decision.ts'
import type { DispatchChanges } from './dispatch/dispatch-rows.ts'
import { MAX_UNSAVED_DECISIONS, MAX_UNSAVED_TRANSITIONS } from './limits.ts'
import type { Notifier } from './delivery/notifier.ts'
import type { NewDelivery } from './outbox/outbox-store.ts'
import type { AlertStateStore, TransitionRecord } from './alert-state/alert-state-store.ts'

export interface SaverParts {
  readonly state: AlertStateStore
  readonly notifier: Notifier
  readonly log: Logger
  readonly saveEveryMs: number
  readonly takeChanges: () => RowChanges
  readonly returnChanges: (changes: RowChanges) => void
  readonly takeDispatch: () => DispatchChanges
  /** What was taken last could not be written. */
  readonly returnDispatch: () => void
}

export interface SaverStatus {
  /** Why the state can't be saved now; undefined: it can. */
  readonly failure: string | undefined
  /** Transitions since the start of the process, by kind. */
  readonly transitions: Readonly<Record<Transition['kind'], number>>
  /** Transitions that the history lost: it could not be written for too long. */
  readonly lostTransitions: number
  /** Decisions that could not be written for so long that they were forgotten. */
  readonly lostDecisions: number
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
  #decisions: Decision[] = []
  #cursor: Position | undefined
  #savedCursor: Position | undefined
  #lostTransitions = 0
  #lostDecisions = 0
  #failure: string | undefined
  #saving: Promise<void> | undefined
  #saveAgain = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: SaverParts) {
    this.#parts = parts
  }

  /** A transition: it is saved at once. */
  add(transition: Transition): void {
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
    this.#save()
  }

  /** What there is to say, and why: it is saved at once, and then sent. */
  tell(deliveries: readonly NewDelivery[], decisions: readonly Decision[]): void {
    if (deliveries.length + decisions.length === 0) return
    this.#deliveries.push(...deliveries)
    this.#keepDecisions(this.#decisions, decisions)
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

  /** Something that people did: it is saved at once. */
  touch(): void {
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
      lostDecisions: this.#lostDecisions,
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
    this.#saving = this.#commit()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#saving = undefined
        if (this.#saveAgain) this.#save()
      })
  }

  async #commit(): Promise<void> {
    // What arrives in the same turn of the event loop is one commit.
    await new Promise((resolve) => setImmediate(resolve))
    const { state, notifier, returnChanges, returnDispatch } = this.#parts
    const { changes, dispatch } = this.#takeState()
    const records = this.#records
    const decisions = this.#decisions
    const unsaved = notifier.takeUnsaved()
    const fresh = this.#deliveries
    const deliveries = [...unsaved, ...fresh]
    const cursor = this.#cursor
    this.#records = []
    this.#deliveries = []
    this.#decisions = []
    if (
      isNothing(changes, dispatch, records, deliveries) &&
      decisions.length === 0 &&
      isSame(cursor, this.#savedCursor)
    )
      return
    try {
      const transitions = records
      await state.commit({ cursor, ...changes, transitions, deliveries, dispatch, decisions })
      notifier.settleUnsaved(true)
      this.#saved(cursor)
      if (deliveries.length > 0) notifier.wake()
    } catch (error) {
      returnChanges(changes)
      returnDispatch()
      this.#keepDecisions(decisions, this.#decisions)
      this.#keepRecords(records)
      notifier.settleUnsaved(false)
      notifier.sendUnsaved(fresh)
      this.#failed(error)
    }
  }

  /** Both or none: what can't be taken now is taken by the next commit. */
  #takeState() {
    const { takeChanges, returnChanges, takeDispatch } = this.#parts
    const changes = takeChanges()
    try {
      return { changes, dispatch: takeDispatch() }
    } catch (error) {
      returnChanges(changes)
      throw error
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

  #keepDecisions(older: readonly Decision[], newer: readonly Decision[]): void {
    const surplus = Math.max(0, older.length + newer.length - MAX_UNSAVED_DECISIONS)
    this.#decisions = [...older, ...newer].slice(surplus)
    this.#lostDecisions += surplus
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
  dispatch: DispatchChanges,
  records: readonly unknown[],
  deliveries: readonly unknown[],
): boolean {
  const saved = put.length + remove.length + dispatch.put.length + dispatch.remove.length
  return saved + records.length + deliveries.length === 0
}

function isSame(a: Position | undefined, b: Position | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && comparePositions(a, b) === 0)
}
