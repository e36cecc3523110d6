import { randomUUID } from 'node:crypto'
import type { Language } from '@wardround/program'
import type { Alert, Transition } from '../rules/alert.ts'
import type { AlertSaver } from './alert-saver.ts'
import type { Channel } from './channel.ts'
import type { DispatchRow } from './dispatch/dispatch-rows.ts'
import { Dispatcher, type DispatchContext, type DispatchRules } from './dispatch/dispatcher.ts'
import type { MonotonicTime } from './monotonic-time.ts'
import type { Notice } from './notice.ts'
import type { NewDelivery } from './outbox/outbox-store.ts'
import type { SampleListeners } from './sample-watch.ts'

export interface DispatchingParts {
  readonly rules: DispatchRules
  readonly context: DispatchContext
  readonly time: MonotonicTime
  /** The clock that judges how old a message is: the notifier's. */
  readonly nowMs: () => number
  readonly saver: () => Pick<AlertSaver, 'tell' | 'touch'>
}

/** The dispatcher with a clock, and the outbox behind it: what it has to say after each call is put there. */
export class Dispatching implements SampleListeners {
  readonly #dispatcher: Dispatcher
  readonly #parts: DispatchingParts

  constructor(parts: DispatchingParts) {
    this.#parts = parts
    this.#dispatcher = new Dispatcher(parts.rules, parts.context)
  }

  take(transitions: readonly Transition[]): void {
    this.act((dispatcher, nowMs) => dispatcher.take(transitions, nowMs))
  }

  tick(): void {
    const { time } = this.#parts
    this.#dispatcher.tick(time.nowMs())
    this.#say()
  }

  /** Takes up an earlier process's state. The number of rows that could not be read. */
  restore(rows: readonly DispatchRow[]): number {
    return this.#dispatcher.restore(rows, this.#parts.time.nowMs()).unreadable
  }

  /** Makes what is known fit the alerts of the rules. */
  reconcile(alerts: readonly Alert[]): void {
    const firing = alerts.filter(({ phase }) => phase !== 'pending')
    this.act((dispatcher, nowMs) => dispatcher.reconcile(firing, nowMs))
  }

  /** A backup job of a host runs, or does not; saved with what follows. */
  onBackup(host: string, job: string, isRunning: boolean): void {
    this.#dispatcher.held.setBackup(host, job, isRunning, this.#parts.time.nowMs())
    this.#say()
  }

  /** An instance of a database answers; saved with what follows. */
  onInstance(host: string, instance: string, database: string): void {
    this.#dispatcher.held.hearInstance({ host, instance }, database, this.#parts.time.nowMs())
    this.#say()
  }

  /** Does something that must be saved at once, and says what it leads to. */
  act<T>(does: (dispatcher: Dispatcher, nowMs: number) => T): T {
    const result = does(this.#dispatcher, this.#parts.time.nowMs())
    this.#say()
    this.#parts.saver().touch()
    return result
  }

  /** Looks at what is known; nothing is changed by it. */
  look<T>(at: (dispatcher: Dispatcher) => T): T {
    return at(this.#dispatcher)
  }

  takeChanges() {
    return this.#dispatcher.takeChanges()
  }

  returnChanges(): void {
    this.#dispatcher.returnChanges()
  }

  #say(): void {
    const { notices, decisions } = this.#dispatcher.drain()
    const nowMs = this.#parts.nowMs()
    const deliveries = notices.map((notice) => toDelivery(notice, nowMs))
    this.#parts.saver().tell(deliveries, decisions)
  }
}

/** The language of a channel; where it is gone, nobody reads it. */
export function languageIn(channels: readonly Channel[], name: string): Language {
  return channels.find((channel) => channel.name === name)?.language ?? 'zh-CN'
}

function toDelivery(notice: Notice, createdAtMs: number): NewDelivery {
  const { channel, groupKey } = notice
  return { deliveryId: randomUUID(), channel, groupKey, createdAtMs, notice }
}
