import { formatTime } from './format.ts'
import { language, text, type TextKey } from './i18n/language.ts'

/** One row of the document `agent_sources`: a server that the host's agent looks at. */
interface SourceRow {
  readonly source: string
  readonly type: string
  readonly state: string
  /** RFC 3339: since when it is in this state. */
  readonly since: string
  readonly reason?: { readonly zh: string; readonly en: string }
  /** What the server says it is. */
  readonly server?: string
  /** Statements that are left out because they cost the server too much. */
  readonly dropped?: readonly string[]
}

const STATES: Readonly<Record<string, TextKey>> = {
  waiting: 'source.waiting',
  working: 'source.working',
  failing: 'source.failing',
  refused: 'source.refused',
  paused: 'source.paused',
  quiet: 'source.quiet',
}

/** The databases and Tomcats that the host's agent is connected to, and why one is not. Nothing where there are none. */
export function Sources({ document }: { document: unknown }) {
  const rows = rowsOf(document)
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{text('sources')}</h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('source.name')}</th>
            <th>{text('source.server')}</th>
            <th>{text('source.state')}</th>
            <th>{text('source.since')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <SourceLine key={row.source} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function SourceLine({ row }: { row: SourceRow }) {
  const key = STATES[row.state]
  const reason = row.reason && (language.value === 'en' ? row.reason.en : row.reason.zh)
  const dropped = row.dropped && `${text('source.dropped')} ${row.dropped.join(', ')}`
  return (
    <tr>
      <td>
        {row.source} <small>{row.type}</small>
      </td>
      <td>{row.server}</td>
      <td>
        {key === undefined ? row.state : text(key)}{' '}
        <small>{[reason, dropped].filter((part) => part !== undefined).join(' · ')}</small>
      </td>
      <td>{formatTime(Date.parse(row.since), Date.now())}</td>
    </tr>
  )
}

function rowsOf(document: unknown): readonly SourceRow[] {
  if (typeof document !== 'object' || document === null) return []
  const rows: unknown = Reflect.get(document, 'sources')
  return Array.isArray(rows) ? rows.filter(isSourceRow) : []
}

function isSourceRow(row: unknown): row is SourceRow {
  return typeof row === 'object' && row !== null && 'source' in row && 'state' in row
}
