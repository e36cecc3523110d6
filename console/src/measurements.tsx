import { useEffect, useState } from 'preact/hooks'
import { fetchMeasurements, fetchQuery, type MeasurementListing } from './api.ts'
import { formatField } from './format-field.ts'
import { language, text } from './i18n/language.ts'
import { loadMetricWords, type MeasurementWords } from './metric-words.ts'

const REFRESH_MS = 60_000
const LEAST_LOOK_BACK_MS = 5 * 60_000
/** Columns of a table; a measurement with more fields shows those that come first. */
const MOST_FIELDS = 40
/** What the collector stamps: the same in every row. */
const STAMPED = new Set(['host', 'project', 'role'])

/** Everything that is measured of a host or device, by measurement; the newest values are read when one is opened. */
export function Measurements({ host }: { host: string }) {
  const listings = useListings(host)
  const words = useMetricWords()
  if (listings.length === 0) return null
  return (
    <section>
      <h2>{text('measurements')}</h2>
      {listings.map((listing) => (
        <MeasurementCard
          key={listing.measurement}
          host={host}
          listing={listing}
          words={words.get(listing.measurement)}
        />
      ))}
    </section>
  )
}

interface MeasurementProps {
  readonly host: string
  readonly listing: MeasurementListing
  readonly words: MeasurementWords | undefined
}

function MeasurementCard({ host, listing, words }: MeasurementProps) {
  const [open, setOpen] = useState(false)
  const { measurement } = listing
  const help = words?.help
  return (
    <details
      class="card"
      data-measurement={measurement}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {measurement}
        {help !== undefined && (
          <span class="help">{language.value === 'en' ? help.en : help.zh}</span>
        )}
      </summary>
      {open && <MeasurementTable host={host} listing={listing} words={words} />}
    </details>
  )
}

interface MeasurementRow {
  readonly tags: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, number>>
}

function MeasurementTable({ host, listing, words }: MeasurementProps) {
  const { rows, failure } = useNewest(host, listing, words?.everySeconds ?? 0)
  if (failure !== undefined) return <p class="failure">{text('failed') + failure}</p>
  if (rows === undefined) return null
  if (rows.length === 0) return <p class="empty">{text('noData')}</p>
  const tags = Object.keys(listing.tags).filter((tag) => !STAMPED.has(tag))
  const fields = listing.fields.filter((field) => rows.some(({ values }) => field in values))
  const chinese = language.value !== 'en'
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {tags.map((tag) => (
              <th key={tag}>{tag}</th>
            ))}
            {fields.map((field) => {
              const help = words?.fields[field]?.help
              return (
                <th key={field} class="number" title={field}>
                  {help === undefined ? field : chinese ? help.zh : help.en}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.tags)}>
              {tags.map((tag) => (
                <td key={tag}>{row.tags[tag] ?? ''}</td>
              ))}
              {fields.map((field) => (
                <td key={field} class="number">
                  {shown(row.values[field], words, field)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function shown(
  value: number | undefined,
  words: MeasurementWords | undefined,
  field: string,
): string {
  if (value === undefined) return '–'
  return formatField(value, words?.fields[field], language.value, Date.now())
}

function useListings(host: string): readonly MeasurementListing[] {
  const [listings, setListings] = useState<readonly MeasurementListing[]>([])
  useRefresh([host], async (signal) => setListings(await fetchMeasurements(host, signal)))
  return listings
}

function useMetricWords(): ReadonlyMap<string, MeasurementWords> {
  const [words, setWords] = useState<ReadonlyMap<string, MeasurementWords>>(new Map())
  useEffect(() => {
    loadMetricWords().then(setWords, () => undefined) // without them names and numbers are shown as they are
  }, [])
  return words
}

function useNewest(
  host: string,
  listing: MeasurementListing,
  everySeconds: number,
): {
  readonly rows: readonly MeasurementRow[] | undefined
  readonly failure: string | undefined
} {
  const [rows, setRows] = useState<readonly MeasurementRow[]>()
  const [failure, setFailure] = useState<string>()
  useRefresh([host, listing.measurement, String(everySeconds)], async (signal) => {
    try {
      setRows(await fetchNewest(host, listing, everySeconds, signal))
      setFailure(undefined)
    } catch (error) {
      if (!signal.aborted) setFailure(error instanceof Error ? error.message : String(error))
    }
  })
  return { rows, failure }
}

/** Now and every minute, until what is shown is another's. */
function useRefresh(
  keys: readonly string[],
  refresh: (signal: AbortSignal) => Promise<void>,
): void {
  useEffect(() => {
    const controller = new AbortController()
    const run = () => void refresh(controller.signal).catch(() => undefined) // what was shown stays
    run()
    const timer = setInterval(run, REFRESH_MS)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, keys)
}

/** The newest value of each field within three of the measurement's intervals. */
async function fetchNewest(
  host: string,
  { measurement, fields, tags }: MeasurementListing,
  everySeconds: number,
  signal: AbortSignal,
): Promise<MeasurementRow[]> {
  const lookBackMs = Math.max(LEAST_LOOK_BACK_MS, 3_000 * everySeconds)
  const nowMs = Date.now()
  const rows = new Map<string, { tags: Record<string, string>; values: Record<string, number> }>()
  for (const field of fields.slice(0, MOST_FIELDS)) {
    const series = await fetchQuery(
      {
        measurement,
        field,
        where: { host },
        aggregate: 'last',
        groupBy: Object.keys(tags).filter((tag) => !STAMPED.has(tag)),
        step: lookBackMs > 3_600_000 ? '1h' : '1m',
        fromMs: nowMs - lookBackMs,
        toMs: nowMs,
      },
      signal,
    )
    for (const line of series) {
      const newest = line.points.at(-1)
      if (newest === undefined) continue
      const key = JSON.stringify(line.tags)
      const row = rows.get(key) ?? { tags: { ...line.tags }, values: {} }
      row.values[field] = newest[1]
      rows.set(key, row)
    }
  }
  const sorted = [...rows].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  return sorted.map(([, row]) => row)
}
