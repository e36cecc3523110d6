import type { InventoryAnswer } from '@wardround/protocol/api'
import { language } from './i18n/language.ts'

/** One line of a query's answer: its tags and its points, [epoch ms, value], rising. */
export interface QuerySeries {
  readonly tags: Readonly<Record<string, string>>
  readonly points: readonly (readonly [number, number])[]
}

export interface QueryRequest {
  readonly measurement: string
  readonly field: string
  readonly where: Readonly<Record<string, string>>
  readonly aggregate: string
  readonly groupBy: readonly string[]
  readonly step: string
  readonly fromMs: number
  readonly toMs: number
}

/** The collector refused or did not answer; the message is its own words where it gave any. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** Stable; '' where the answer has none. */
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

export async function fetchQuery(
  request: QueryRequest,
  signal: AbortSignal,
): Promise<readonly QuerySeries[]> {
  const parameters = new URLSearchParams({
    measurement: request.measurement,
    field: request.field,
    aggregate: request.aggregate,
    step: request.step,
    from: String(request.fromMs),
    to: String(request.toMs),
  })
  for (const [tag, value] of Object.entries(request.where))
    parameters.append('where', `${tag}=${value}`)
  for (const tag of request.groupBy) parameters.append('groupBy', tag)
  const answer = await fetchJson<{ series: readonly QuerySeries[] }>(
    `/api/v1/query?${parameters.toString()}`,
    signal,
  )
  return answer.series
}

/** What is measured of a host: fields, and the values of each tag. */
export interface MeasurementListing {
  readonly measurement: string
  readonly fields: readonly string[]
  readonly tags: Readonly<Record<string, readonly string[]>>
}

export async function fetchMeasurements(
  host: string,
  signal: AbortSignal,
): Promise<readonly MeasurementListing[]> {
  const parameters = new URLSearchParams({ host })
  const answer = await fetchJson<{ measurements: readonly MeasurementListing[] }>(
    `/api/v1/series?${parameters.toString()}`,
    signal,
  )
  return answer.measurements
}

export interface EventItem {
  readonly timeMs: number
  readonly kind: string
  readonly key: string
  readonly body: unknown
}

/** The newest events of the last day. */
export async function fetchEvents(
  host: string,
  signal: AbortSignal,
): Promise<readonly EventItem[]> {
  const parameters = new URLSearchParams({ host, limit: '50' })
  const answer = await fetchJson<{ events: readonly EventItem[] }>(
    `/api/v1/events?${parameters.toString()}`,
    signal,
  )
  return answer.events
}

export function fetchInventory(host: string, signal: AbortSignal): Promise<InventoryAnswer> {
  return fetchJson(`/api/v1/inventory/${encodeURIComponent(host)}`, signal)
}

function fetchJson<T>(url: string, signal: AbortSignal): Promise<T> {
  return askCollector(url, { signal })
}

/** Asks the collector in the reader's language. @throws ApiError in its words where it refuses */
export async function askCollector<T>(
  path: string,
  {
    body,
    ...options
  }: { readonly method?: string; readonly body?: unknown; readonly signal?: AbortSignal },
): Promise<T> {
  const response = await fetch(path, {
    ...options,
    headers: {
      'Accept-Language': language.value,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json().catch(() => undefined) // an answer that is no JSON is told by its status
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own collector's answer, of the same release as this page
  if (response.ok) return answer as T
  const { code, title, detail } = wordsOf(answer)
  throw new ApiError(detail ?? title ?? `HTTP ${response.status}`, code ?? '')
}

function wordsOf(problem: unknown): Partial<Record<'code' | 'title' | 'detail', string>> {
  if (typeof problem !== 'object' || problem === null) return {}
  return Object.fromEntries(
    Object.entries(problem).filter(([, value]) => typeof value === 'string'),
  )
}
