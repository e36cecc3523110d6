/*
 * What goes wrong at the invented site, and when: told from the moment at which the demo was first started (`bornMs`), so that a start at any time of the year
 * finds the same story. Some is over, some goes on.
 */

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export interface Faults {
  /** Share of what tablespace HEALTH_DATA may grow to that is used. */
  readonly tablespaceUsed: (timeMs: number) => number
  /** The port of the FC switch that went dark, and with it the host's port and two of its paths. */
  readonly portIsDark: (timeMs: number) => boolean
  /** … and when. */
  readonly darkMs: number
  /** When the database of orders was backed up for the last time. */
  readonly lastOrdersBackupMs: number
  /** When the certificate of the portal is over. */
  readonly portalExpiresMs: number
  /** One disk of the array foretells its failure. */
  readonly diskFails: (timeMs: number) => boolean
  /** Two weeks ago, sessions of the database blocked each other for an hour and a half. */
  readonly sessionsBlocked: (timeMs: number) => boolean
  /** What they had waited by then, in seconds. */
  readonly blockedSeconds: (timeMs: number) => number
  /** Six days ago the operations host was down for some minutes. */
  readonly opsHostDown: (timeMs: number) => boolean
  /** When the operations host came up again. */
  readonly opsHostUpMs: number
  /** The web application runs short of threads, once in two hours, for some minutes. */
  readonly webIsBusy: (timeMs: number) => boolean
  /** A district reports nothing, and some records differ, since yesterday. */
  readonly exchangeFails: (timeMs: number) => boolean
  /** Dumps fill the file system /backup. */
  readonly backupUsed: (timeMs: number) => number
}

export function faultsOf(bornMs: number): Faults {
  const days = (timeMs: number) => (timeMs - bornMs) / DAY_MS
  const between = (fromDays: number, minutes: number) => (timeMs: number) =>
    timeMs >= bornMs + fromDays * DAY_MS &&
    timeMs < bornMs + fromDays * DAY_MS + minutes * MINUTE_MS
  // once everything is there: whoever looks sees it happen
  const darkMs = bornMs + 5 * MINUTE_MS
  const since = (fromDays: number) => (timeMs: number) => timeMs >= bornMs + fromDays * DAY_MS
  return {
    tablespaceUsed: (timeMs) =>
      Math.min(0.989, 0.963 + 0.0058 * days(timeMs) - 0.00004 * days(timeMs) ** 2),
    darkMs,
    portIsDark: (timeMs) => timeMs >= darkMs,
    lastOrdersBackupMs: startOfRun(bornMs - 24.38 * HOUR_MS),
    portalExpiresMs: bornMs + 6.4 * DAY_MS,
    diskFails: since(-3.2),
    sessionsBlocked: between(-13.6, 95),
    blockedSeconds: (timeMs) =>
      (38 * Math.min(Math.max(0, timeMs - (bornMs - 13.6 * DAY_MS)), 95 * MINUTE_MS)) / 1000,
    opsHostDown: between(-6.1, 34),
    opsHostUpMs: bornMs - 6.1 * DAY_MS + 34 * MINUTE_MS,
    webIsBusy: (timeMs) =>
      (timeMs - bornMs + 110 * MINUTE_MS) % (2 * HOUR_MS) < 14 * MINUTE_MS &&
      timeMs > bornMs - DAY_MS,
    exchangeFails: since(-0.9),
    backupUsed: (timeMs) =>
      0.83 + 0.0052 * days(timeMs) + 0.004 * Math.sin(days(timeMs) * 2 * Math.PI),
  }
}

/** The start of the last nightly run, half past one in China, that is over at a time. */
export function startOfRun(timeMs: number): number {
  const halfPastOne = 17.5 * HOUR_MS
  return Math.floor((timeMs - 3 * HOUR_MS - halfPastOne) / DAY_MS) * DAY_MS + halfPastOne
}
