import type { AgentRow } from '@wardround/protocol/api'
import { formatPercent, formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { sortedHosts } from './live.ts'
import { hostAddress } from './route.ts'

/** Every host with its state and what matters most now. */
export function HostsList() {
  const rows = sortedHosts.value
  return (
    <section>
      <h2>{text('hosts')}</h2>
      {rows.length === 0 ? <p class="empty">{text('noHosts')}</p> : <HostsTable rows={rows} />}
    </section>
  )
}

function HostsTable({ rows }: { rows: readonly AgentRow[] }) {
  return (
    <table class="card hosts">
      <thead>
        <tr>
          <th>{text('host')}</th>
          <th>{text('state')}</th>
          <th>{text('cpu')}</th>
          <th>{text('memory')}</th>
          <th>{text('fullestDisk')}</th>
          <th class="number">{text('load')}</th>
          <th>{text('lastSeen')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <HostRow key={row.host} row={row} />
        ))}
      </tbody>
    </table>
  )
}

function HostRow({ row }: { row: AgentRow }) {
  const { current } = row
  return (
    <tr data-host={row.host}>
      <td>
        <a href={hostAddress(row.host)}>{row.displayName ?? row.host}</a>
        <small>
          {[
            row.displayName === null ? undefined : row.host,
            row.project,
            row.role,
            row.place,
            row.polledBy === null ? undefined : `${text('polledBy')} ${row.polledBy}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </td>
      <td>
        <span class={`state ${row.connected ? 'up' : 'down'}`}>
          {text(row.connected ? 'online' : 'offline')}
        </span>
      </td>
      <td>
        <Meter name="cpu" percent={current.cpuPercent} />
      </td>
      <td>
        <Meter name="memory" percent={current.memoryPercent} />
      </td>
      <td>
        <Meter name="disk" percent={current.fullestDisk?.usedPercent ?? null} />
        <small>{current.fullestDisk?.path}</small>
      </td>
      <td class="number">{current.load1?.toFixed(2) ?? '–'}</td>
      <td class="time">
        {row.lastSeen === null ? '–' : formatTime(Date.parse(row.lastSeen), Date.now())}
      </td>
    </tr>
  )
}

/** A percentage as a number and a bar. */
function Meter({ name, percent }: { name: string; percent: number | null }) {
  if (percent === null) return <span class="meter">–</span>
  const level = percent >= 95 ? 'critical' : percent >= 85 ? 'warning' : 'normal'
  return (
    <span class={`meter ${level}`} data-value={name}>
      {formatPercent(percent)}
      <span class="bar">
        <span style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
    </span>
  )
}
