import type { LocalizedText } from '@wardround/protocol'
import type { DispatchContext } from './dispatcher.ts'
import { Followers } from './followers.ts'
import type { FoundHold, HoldRules } from './holds.ts'
import type { KeptState } from './dispatch-rows.ts'
import { InstanceBook, type DatabaseInstance } from './instance-book.ts'
import type { Silence } from './silence-book.ts'
import type { Teller } from './teller.ts'
import {
  isFiring,
  isToldFiring,
  type Hold,
  type HoldKind,
  type TrackedAlert,
} from './tracked-alert.ts'

/** What a cause, a freeze or a backup held may need so long to end by itself. */
const GRACE_MS = 120_000
const WITH_GRACE: ReadonlySet<HoldKind> = new Set(['muted', 'frozen', 'backup'])
/** What still fires at its end is told though it was told before it began: work was done, and it did not help. */
const ALWAYS_TOLD: ReadonlySet<HoldKind> = new Set(['maintenance'])

/** Holds alerts back and lets them go again. */
export class HeldAlerts {
  readonly #state: KeptState
  readonly #teller: Teller
  /** How many alerts one holds, by its id. */
  readonly #mutes = new Map<string, number>()
  /** Ids of those that are free at a time. */
  readonly #leaving = new Set<string>()
  readonly #followers: Followers
  #allChanged = true

  constructor(state: KeptState, teller: Teller, context: Pick<DispatchContext, 'aboutOf'>) {
    this.#state = state
    this.#teller = teller
    this.#followers = new Followers(state.book, context)
  }

  /** How many alerts are not told because of this one. */
  mutes(id: string): number {
    return this.#mutes.get(id) ?? 0
  }

  /** Takes in what an alert is now: whether it is held, and whom it holds. */
  update(tracked: TrackedAlert, nowMs: number): void {
    const before = tracked.hold
    this.#followers.keep(tracked)
    if (this.#allChanged) this.look(nowMs)
    const affected = this.#state.holds.update(tracked)
    if (!this.#outgrows(tracked, nowMs)) this.#settle(tracked, nowMs)
    // another severity is another fingerprint: why it is not told must be found under that too
    if (before !== undefined && tracked.hold === before && isFiring(tracked))
      this.#teller.decide(tracked, before.kind, nowMs, { by: before.by })
    for (const id of affected) {
      const other = this.#state.book.alerts.get(id)
      if (other !== undefined && other !== tracked) this.#settle(other, nowMs)
    }
  }

  /** Time has passed, or something that holds many has changed. */
  look(nowMs: number): void {
    const { book, holds } = this.#state
    if (holds.look(nowMs) || this.#allChanged) {
      this.#allChanged = false
      for (const tracked of book.alerts.values()) this.#settle(tracked, nowMs)
    }
    for (const id of this.#leaving) {
      const tracked = book.alerts.get(id)
      if (tracked === undefined) this.#leaving.delete(id)
      else this.#settle(tracked, nowMs)
    }
    for (const tracked of this.#followers.list()) this.#settle(tracked, nowMs)
    for (const id of holds.silences.tidy(nowMs)) book.touch({ kind: 'silence', key: id })
    const gone = holds.instances.tidy(nowMs)
    for (const key of gone) book.touch({ kind: 'instance', key })
    if (gone.length > 0) this.#instancesChanged(nowMs)
  }

  /** It has ended: nothing holds it any more. */
  release(tracked: TrackedAlert): void {
    this.#set(tracked, undefined)
  }

  replaceRules(rules: HoldRules): void {
    this.#state.holds.replace(rules, this.#state.book.alerts.values())
    this.#allChanged = true
  }

  /** Alerts of an earlier process have come, with their holds. */
  restored(): void {
    this.#mutes.clear()
    for (const tracked of this.#state.book.alerts.values()) {
      this.#state.holds.update(tracked)
      this.#followers.keep(tracked)
      const { hold } = tracked
      if (isMutedItself(hold)) this.#count(hold.by, 1)
      if (hold?.freeAtMs !== undefined) this.#leaving.add(tracked.id)
    }
    this.#allChanged = true
  }

  /** Makes a silence, or another of one. */
  putSilence(silence: Silence, nowMs: number): void {
    const { holds, book } = this.#state
    holds.silences.put(silence)
    book.touch({ kind: 'silence', key: silence.id })
    this.look(nowMs)
  }

  getSilence(id: string): Silence | undefined {
    return this.#state.holds.silences.get(id)
  }

  listSilences(): readonly Silence[] {
    return this.#state.holds.silences.list()
  }

  /** A backup job of a host runs, or does not. */
  setBackup(host: string, job: string, isRunning: boolean, nowMs: number): void {
    const { holds, book } = this.#state
    const changed = holds.backups.set(host, job, isRunning, nowMs)
    if (changed || isRunning) book.touch({ kind: 'backup', key: `${host}\n${job}` })
    if (!changed) return
    for (const tracked of book.alerts.values())
      if (tracked.alert.host === host) this.#settle(tracked, nowMs)
  }

  /** An instance of a database was heard of. */
  hearInstance(one: DatabaseInstance, database: string, nowMs: number): void {
    const { holds, book } = this.#state
    const { isNew, isToBeKept } = holds.instances.hear(one, database, nowMs)
    if (isToBeKept) book.touch({ kind: 'instance', key: InstanceBook.keyOf(one) })
    if (isNew) this.#instancesChanged(nowMs)
  }

  /** What must be down for something to be muted may be another now. */
  #instancesChanged(nowMs: number): void {
    const { holds, book } = this.#state
    for (const tracked of book.alerts.values()) {
      if (!tracked.alert.labels['database']) continue
      holds.update(tracked)
      this.#settle(tracked, nowMs)
    }
  }

  get frozen(): LocalizedText | undefined {
    return this.#state.holds.frozen
  }

  /** The collector's own network fails, or no longer. */
  setFrozen(reason: LocalizedText | undefined, nowMs: number): void {
    this.#state.holds.frozen = reason
    this.#state.book.touch({ kind: 'freeze', key: '' })
    this.#allChanged = true
    this.look(nowMs)
  }

  #find(tracked: TrackedAlert, nowMs: number): FoundHold | undefined {
    const { holds, digests } = this.#state
    return holds.find(tracked, nowMs, digests.holds(tracked)) ?? this.#followers.holdOf(tracked)
  }

  #settle(tracked: TrackedAlert, nowMs: number): void {
    if (!isFiring(tracked)) return
    const found = this.#find(tracked, nowMs)
    const before = tracked.hold
    if (found !== undefined) {
      const goesOn = before?.kind === found.kind && before.by === found.by
      if (goesOn && before.freeAtMs === undefined && before.follows === found.follows) return
      const sinceMs = goesOn ? before.sinceMs : nowMs
      const { kind, by, follows } = found
      this.#set(tracked, { kind, by, sinceMs, freeAtMs: undefined, follows })
      this.#stopWaiting(tracked)
      if (!goesOn) this.#teller.decide(tracked, found.kind, nowMs, { by: found.by })
    } else if (before !== undefined) this.#free(tracked, before, nowMs)
  }

  /** It has become worse than what its hold holds: it is free at once, and who changed it tells it. */
  #outgrows(tracked: TrackedAlert, nowMs: number): boolean {
    const { hold } = tracked
    if (hold === undefined || hold.freeAtMs !== undefined || !isFiring(tracked)) return false
    if (this.#find(tracked, nowMs) !== undefined) return false
    this.#set(tracked, undefined)
    return true
  }

  #free(tracked: TrackedAlert, hold: Hold, nowMs: number): void {
    const hasGrace = this.#hasGrace(tracked, hold)
    if (hasGrace && hold.freeAtMs === undefined) {
      this.#set(tracked, { ...hold, freeAtMs: nowMs + GRACE_MS })
      return
    }
    if (hasGrace && hold.freeAtMs !== undefined && nowMs < hold.freeAtMs) return
    this.#set(tracked, undefined)
    if (tracked.flappingUntilMs !== undefined) return
    if (ALWAYS_TOLD.has(hold.kind) || !isToldAsItIs(tracked)) this.#teller.catchUp(tracked, nowMs)
    else this.#teller.decide(tracked, 'unchanged', nowMs, { by: hold.kind })
  }

  /** What tells of others that have all ended is about to end: who found it looks now and then. Where one of them fires, it is free as that is. */
  #hasGrace(tracked: TrackedAlert, hold: Hold): boolean {
    if (hold.follows === true) return !this.#followers.isAboutFiring(tracked)
    return WITH_GRACE.has(hold.kind) && !this.#followers.has(tracked)
  }

  /** Its firing is not told with what is gathered; that it ended elsewhere is. */
  #stopWaiting(tracked: TrackedAlert): void {
    const { book } = this.#state
    for (const lane of book.lanes.values()) {
      for (const [key, { endOnly }] of tracked.waits) {
        const group = lane.groups.get(key)
        if (group === undefined || endOnly) continue
        book.unmark(tracked, group)
        book.tidyGroup(lane.routeKey, group)
      }
    }
  }

  #set(tracked: TrackedAlert, hold: Hold | undefined): void {
    const before = tracked.hold
    if (before === hold) return
    if (isMutedItself(before)) this.#count(before.by, -1)
    if (isMutedItself(hold)) this.#count(hold.by, 1)
    tracked.hold = hold
    if (hold?.freeAtMs === undefined) this.#leaving.delete(tracked.id)
    else this.#leaving.add(tracked.id)
    this.#state.book.touchAlert(tracked)
  }

  #count(id: string, more: number): void {
    const count = this.mutes(id) + more
    if (count > 0) this.#mutes.set(id, count)
    else this.#mutes.delete(id)
  }
}

/** What follows others is not muted by their cause: it is about them, and they are counted. */
function isMutedItself(hold: Hold | undefined): hold is Hold {
  return hold?.kind === 'muted' && hold.follows !== true
}

/** Whether people know of it under its severity: where their hours are over, reminders bring it to those whose hours have come. */
function isToldAsItIs({ alert, told }: TrackedAlert): boolean {
  return [...told.values()].some(
    (one) => isToldFiring(one) && one.alert.fingerprint === alert.fingerprint,
  )
}
