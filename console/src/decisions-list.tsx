import { fetchDecisions, type DecisionRow } from './alert-api.ts'
import { formatTime } from './format.ts'
import { findText, language, text } from './i18n/language.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 15_000
const NONE: readonly DecisionRow[] = []

/** Why notices about an alert were sent or not, the newest first. */
export function DecisionsList({ fingerprint }: { fingerprint: string }) {
  const [rows] = useRefreshed((signal) => fetchDecisions(fingerprint, signal), NONE, REFRESH_MS, [
    fingerprint,
  ])
  if (rows.length === 0) return <p class="quiet">{text('duty.noDecisions')}</p>
  return (
    <ul class="decisions">
      {rows.map((row) => (
        <li key={`${row.time} ${row.code} ${row.channels.join()}`}>
          <span class="time">{formatTime(Date.parse(row.time), Date.now())}</span> {describe(row)}
        </li>
      ))}
    </ul>
  )
}

function describe({ code, by, from, occasion, channels, detail }: DecisionRow): string {
  const what = findText(`decision.${code}`) ?? findText(`held.${code}`) ?? code
  const why =
    occasion === null || occasion === 'news' ? undefined : findText(`occasion.${occasion}`)
  const who = from === null ? by : `${from} → ${by}`
  const failure = detail === null ? undefined : language.value === 'en' ? detail.en : detail.zh
  const parts = [what, why, channels.join(', '), who, failure].filter(
    (part) => part !== undefined && part !== null && part !== '',
  )
  return parts.join(' · ')
}
