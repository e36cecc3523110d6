import { language, text, type TextKey } from './i18n/language.ts'

/** One row of the document `agent_probes`, which says of each probe how it stands on that host. */
interface ProbeRow {
  readonly probe: string
  readonly state: string
  /** Why there is nothing to report. */
  readonly reason?: string
  /** How it failed. */
  readonly message?: string
  /** What a person should know though it is no failure. */
  readonly remarks?: readonly { readonly zh: string; readonly en: string }[]
}

const LACKING: Readonly<Record<string, TextKey>> = {
  absent: 'probe.absent',
  unavailable: 'probe.unavailable',
  failed: 'probe.failed',
}

/** What the host's agent can't measure there, with its reasons. */
export function LackingProbes({ document }: { document: unknown }) {
  const lacking = rowsOf(document).filter((row) => row.state in LACKING || row.remarks)
  if (lacking.length === 0) return null
  return (
    <section>
      <details class="card">
        <summary>
          {text('lackingProbes')} ({lacking.length})
        </summary>
        <ul>
          {lacking.map((row) => (
            <li key={row.probe}>
              {row.probe} <small>{reasonsOf(row).join(' · ')}</small>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function reasonsOf({ state, reason, message, remarks = [] }: ProbeRow): string[] {
  const key = LACKING[state]
  const said = remarks.map((remark) => (language.value === 'en' ? remark.en : remark.zh))
  return [key && text(key), reason, message, ...said].filter((part) => part !== undefined)
}

function rowsOf(document: unknown): readonly ProbeRow[] {
  if (typeof document !== 'object' || document === null) return []
  const rows: unknown = Reflect.get(document, 'probes')
  return Array.isArray(rows) ? rows.filter(isProbeRow) : []
}

function isProbeRow(row: unknown): row is ProbeRow {
  return typeof row === 'object' && row !== null && 'probe' in row && 'state' in row
}
