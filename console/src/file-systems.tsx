import { formatBytes, formatPercent } from './format.ts'
import { text } from './i18n/language.ts'
import { useLatest } from './latest.ts'

/** The host's file systems, the fullest first. */
export function FileSystems({ host }: { host: string }) {
  const rows = [
    ...useLatest(host, 'disk', 'path', ['used_percent', 'total', 'free', 'inodes_used_percent']),
  ]
  if (rows.length === 0) return null
  rows.sort(([, a], [, b]) => (b['used_percent'] ?? 0) - (a['used_percent'] ?? 0))
  return (
    <section>
      <h2>{text('fileSystems')}</h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('fileSystems')}</th>
            <th class="number">{text('used')}</th>
            <th class="number">{text('free')}</th>
            <th class="number">{text('inodes')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([path, values]) => (
            <tr key={path} data-path={path}>
              <td>{path}</td>
              <td class="number">{shown(values['used_percent'], formatPercent)}</td>
              <td class="number">
                {shown(values['free'], formatBytes)} / {shown(values['total'], formatBytes)}
              </td>
              <td class="number">{shown(values['inodes_used_percent'], formatPercent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function shown(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '–' : format(value)
}
