import { text } from './i18n/language.ts'

/** One row of the document `agent_probes`. */
interface ProbeRow {
  readonly probe: string
  readonly available: boolean
  readonly reason?: string
}

/** What the host's agent can't measure there, with its reasons. */
export function LackingProbes({ document }: { document: unknown }) {
  const lacking = rowsOf(document).filter((row) => !row.available)
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
              {row.probe} <small>{row.reason}</small>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

function rowsOf(document: unknown): readonly ProbeRow[] {
  if (typeof document !== 'object' || document === null) return []
  const rows: unknown = Reflect.get(document, 'probes')
  return Array.isArray(rows) ? rows.filter(isProbeRow) : []
}

function isProbeRow(row: unknown): row is ProbeRow {
  return typeof row === 'object' && row !== null && 'probe' in row && 'available' in row
}
