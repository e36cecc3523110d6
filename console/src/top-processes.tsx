import { recordsOf } from '@wardround/protocol/api'
import { formatBytes, formatPercent } from './format.ts'
import { text, type TextKey } from './i18n/language.ts'

/** One row of the snapshot document `top_processes`. */
interface ProcessRow {
  readonly pid: number
  readonly user: string
  readonly command: string
  /** Null in the first minute after the agent's start. */
  readonly cpuPercent: number | null
  readonly rssBytes: number
}

/** The ten processes that use most CPU and the ten that hold most memory, as the agent saw them last. */
export function TopProcesses({ document }: { document: unknown }) {
  const byCpu = rowsOf(document, 'byCpu')
  const byMemory = rowsOf(document, 'byMemory')
  if (byCpu.length + byMemory.length === 0) return null
  return (
    <section>
      <h2>{text('topProcesses')}</h2>
      <div class="pair">
        <ProcessTable title="byCpu" rows={byCpu} />
        <ProcessTable title="byMemory" rows={byMemory} />
      </div>
    </section>
  )
}

function ProcessTable({ title, rows }: { title: TextKey; rows: readonly ProcessRow[] }) {
  return (
    <table class="card processes">
      <thead>
        <tr>
          <th>{text(title)}</th>
          <th>{text('user')}</th>
          <th class="number">{text('cpu')}</th>
          <th class="number">{text('memory')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && (
          <tr>
            <td colSpan={4}>{text('notYetKnown')}</td>
          </tr>
        )}
        {rows.map((row) => (
          <tr key={row.pid}>
            <td>
              {row.command} <small>{row.pid}</small>
            </td>
            <td>{row.user}</td>
            <td class="number">{row.cpuPercent === null ? '' : formatPercent(row.cpuPercent)}</td>
            <td class="number">{formatBytes(row.rssBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function rowsOf(document: unknown, key: 'byCpu' | 'byMemory'): readonly ProcessRow[] {
  if (typeof document !== 'object' || document === null) return []
  return recordsOf(Reflect.get(document, key)).flatMap(
    ({ pid, user, command, cpuPercent, rssBytes }) =>
      typeof pid === 'number' && typeof command === 'string' && typeof rssBytes === 'number'
        ? [
            {
              pid,
              user: typeof user === 'string' ? user : '',
              command,
              cpuPercent: typeof cpuPercent === 'number' ? cpuPercent : null,
              rssBytes,
            },
          ]
        : [],
  )
}
