import type { Alert, TransitionReason } from '../../rules/alert.ts'

/** What keeps an alert from being told. */
export type HoldKind =
  | 'frozen'
  | 'muted'
  | 'maintenance'
  | 'silenced'
  | 'backup'
  | 'digest'
  | 'flapping'

export interface Hold {
  readonly kind: HoldKind
  /** Who or what holds it: id of the alert that mutes it, name of the window, id of the silence, the job; '' where the kind says all. */
  readonly by: string
  readonly sinceMs: number
  /** What held it is over; it is told if it still fires then. */
  readonly freeAtMs: number | undefined
  /** The hold is that of the alerts that it tells of. */
  readonly follows?: true | undefined
}

/** Somebody took it on. */
export interface Claim {
  readonly by: string
  readonly note: string
  readonly atMs: number
  /** Who had it before. */
  readonly from?: string | undefined
}

/** What the channels of one route know of an alert. */
export interface Told {
  /** As it was told: with its end where that was told too. */
  readonly alert: Alert
  /** The group that it was told in: what follows goes there too, so that nothing overtakes. */
  readonly groupKey: string
  readonly groupLabels: Readonly<Record<string, string>>
  /** When its firing was told. */
  readonly firstAtMs: number
  /** When it was told last: repeats count from it. */
  readonly lastAtMs: number
  /** Levels of escalation that were reached. */
  readonly level: number
  /** Told in a digest: it is on the list to work off, and not repeated. */
  readonly inDigest: boolean
}

/** How an alert waits in a group. */
export interface Mark {
  /** Told even when nothing changed since it was told last. */
  readonly always: boolean
  /** The group's route no longer leads to it: its end is told, no more. */
  readonly endOnly: boolean
}

/** An alert from its first firing until some time after its end, as notices see it. */
export interface TrackedAlert {
  /** Of its rule and key. */
  readonly id: string
  /** The newest; with its end where it has ended. */
  alert: Alert
  reason: TransitionReason
  /** When the newest transition came, by the dispatcher's clock. */
  changedAtMs: number
  /** When it began to fire or became worse, the last hour. */
  raisedAtMs: readonly number[]
  /** It comes and goes: until when it must be stable. */
  flappingUntilMs: number | undefined
  claim: Claim | undefined
  hold: Hold | undefined
  /** By the route's key. */
  readonly told: Map<string, Told>
  /** Groups in which it waits, by the group's key. */
  readonly waits: Map<string, Mark>
  /** It waits to be told since what held it is over. */
  catchesUp: boolean
}

export function isFiring({ alert }: Pick<TrackedAlert, 'alert'>): boolean {
  return alert.endsAtMs === undefined
}

/** Whether the route's channels think that it fires. */
export function isToldFiring(told: Told | undefined): told is Told {
  return told !== undefined && told.alert.endsAtMs === undefined
}

export function newTracked(
  id: string,
  alert: Alert,
  reason: TransitionReason,
  atMs: number,
): TrackedAlert {
  return {
    id,
    alert,
    reason,
    changedAtMs: atMs,
    raisedAtMs: [],
    flappingUntilMs: undefined,
    claim: undefined,
    hold: undefined,
    told: new Map(),
    waits: new Map(),
    catchesUp: false,
  }
}
