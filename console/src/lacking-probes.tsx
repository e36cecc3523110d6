import { language, text, type TextKey } from './i18n/language.ts'

interface LocalizedText {
  readonly zh: string
  readonly en: string
}

/** One row of the document `agent_probes`, which says of each probe how it stands on that host. */
interface ProbeRow {
  readonly probe: string
  /** Name of the source that it looks at. */
  readonly target: string
  readonly state: string
  /** Why there is nothing to report. */
  readonly reason?: string
  readonly reasonText?: LocalizedText
  /** How it failed. */
  readonly message?: string
  /** The message in both languages, where it was written for people. */
  readonly text?: LocalizedText
  /** It failed as its whole source did, which the table of sources tells. */
  readonly ofSource?: boolean
  /** What a person should know though it is no failure. */
  readonly remarks?: readonly LocalizedText[]
}

const LACKING: Readonly<Record<string, TextKey>> = {
  absent: 'probe.absent',
  unavailable: 'probe.unavailable',
  failed: 'probe.failed',
}

/** What the host's agent can't measure there, with its reasons. */
export function LackingProbes({ document }: { document: unknown }) {
  const lacking = rowsOf(document).filter(
    (row) => (row.state in LACKING && row.ofSource !== true) || row.remarks,
  )
  const leftOut = leftOutOf(document)
  if (lacking.length + leftOut === 0) return null
  return (
    <section>
      <details class="card">
        <summary>
          {text('lackingProbes')} ({lacking.length})
        </summary>
        <ul>
          {lacking.map((row) => (
            <li key={`${row.probe} ${row.target}`}>
              {nameOf(row)} <small>{reasonsOf(row).join(' · ')}</small>
            </li>
          ))}
          {leftOut > 0 && (
            <li>
              {text('lackingMore')} ({leftOut})
            </li>
          )}
        </ul>
      </details>
    </section>
  )
}

/** With its source where that has a name of its own. */
function nameOf({ probe, target }: ProbeRow): string {
  return probe.startsWith(`${target}.`) ? probe : `${probe} @ ${target}`
}

function reasonsOf(row: ProbeRow): string[] {
  const key = LACKING[row.state]
  const absent = row.reasonText === undefined ? row.reason : say(row.reasonText)
  const failed = row.text === undefined ? row.message : say(row.text)
  const remarks = (row.remarks ?? []).map(say)
  return [key && text(key), absent, failed, ...remarks].filter((part) => part !== undefined)
}

function say({ zh, en }: LocalizedText): string {
  return language.value === 'en' ? en : zh
}

function rowsOf(document: unknown): readonly ProbeRow[] {
  if (typeof document !== 'object' || document === null) return []
  const rows: unknown = Reflect.get(document, 'probes')
  return Array.isArray(rows) ? rows.filter(isProbeRow) : []
}

/** Rows that the agent had no room for: those are of probes that work or have nothing to report, before any that failed. */
function leftOutOf(document: unknown): number {
  if (typeof document !== 'object' || document === null) return 0
  const count: unknown = Reflect.get(document, 'leftOut')
  return typeof count === 'number' ? count : 0
}

function isProbeRow(row: unknown): row is ProbeRow {
  return typeof row === 'object' && row !== null && 'probe' in row && 'state' in row
}
