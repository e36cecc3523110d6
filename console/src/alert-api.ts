import { ApiError, askCollector } from './api.ts'

/** Why a notice about an alert was sent or not. */
export interface DecisionRow {
  /** RFC 3339. */
  readonly time: string
  readonly code: string
  readonly by: string | null
  readonly from: string | null
  readonly occasion: string | null
  readonly channels: readonly string[]
  /** Why people were not reached. */
  readonly detail: { readonly zh: string; readonly en: string } | null
}

export interface SilenceRow {
  readonly id: string
  readonly where: Readonly<Record<string, string | readonly string[]>>
  readonly author: string
  readonly comment: string
  /** RFC 3339. */
  readonly startsAt: string
  readonly endsAt: string
  readonly state: 'pending' | 'active' | 'expired'
}

export type NewSilence = Pick<SilenceRow, 'where' | 'author' | 'comment' | 'endsAt'>

/** Newest first. */
export async function fetchDecisions(
  fingerprint: string,
  signal: AbortSignal,
): Promise<readonly DecisionRow[]> {
  const path = `/api/v1/alerts/${fingerprint}/decisions?limit=50`
  return (await askCollector<{ decisions: DecisionRow[] }>(path, { signal })).decisions
}

/** Those in force or to come. */
export async function fetchSilences(signal: AbortSignal): Promise<readonly SilenceRow[]> {
  const { silences } = await askCollector<{ silences: SilenceRow[] }>('/api/v1/silences', {
    signal,
  })
  return silences.filter(({ state }) => state !== 'expired')
}

export interface NewClaim {
  readonly by: string
  readonly note: string
  /** Also where somebody else has it. */
  readonly takeOver: boolean
}

export function claimAlert(fingerprint: string, claim: NewClaim): Promise<unknown> {
  return askCollector(`/api/v1/alerts/${fingerprint}/ack`, { method: 'POST', body: claim })
}

/** Whether a claim was refused because somebody else has the alert. */
export function isClaimedAlready(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'ALREADY_CLAIMED'
}

export function unclaimAlert(fingerprint: string): Promise<unknown> {
  return askCollector(`/api/v1/alerts/${fingerprint}/ack`, { method: 'DELETE' })
}

/** Makes one; what in it may be a mistake, in the reader's words. */
export async function makeSilence(silence: NewSilence): Promise<readonly string[]> {
  const made = await askCollector<{ warnings: string[] }>('/api/v1/silences', {
    method: 'POST',
    body: silence,
  })
  return made.warnings
}

export function endSilence(id: string): Promise<unknown> {
  return askCollector(`/api/v1/silences/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
