import type { AgentRow } from '@wardround/protocol/api'
import { AlertsList } from './alerts-list.tsx'
import { EventsList } from './events-list.tsx'
import { FileSystems } from './file-systems.tsx'
import { formatTime } from './format.ts'
import { HostCharts } from './host-charts.tsx'
import { text } from './i18n/language.ts'
import { useDocuments } from './inventory.ts'
import { LackingProbes } from './lacking-probes.tsx'
import { connected, hosts } from './live.ts'
import { Measurements } from './measurements.tsx'
import { Services } from './services.tsx'
import { Sources } from './sources.tsx'
import { range, RANGE_NAMES } from './time-range.ts'
import { TopProcesses } from './top-processes.tsx'

/** One host: its state, alerts, charts, file systems, services and busiest processes. */
export function HostPage({ host }: { host: string }) {
  const documents = useDocuments(host)
  const row = hosts.value.get(host)
  if (row === undefined) return connected.value ? <p class="empty">{text('unknownHost')}</p> : null
  return (
    <>
      <HostTitle row={row} />
      <AlertsList host={host} />
      <RangeChoice />
      <HostCharts host={host} isPolled={row.polledBy !== null} />
      <FileSystems host={host} />
      <Services host={host} />
      <Sources document={documents.get('agent_sources')} />
      <TopProcesses document={documents.get('top_processes')} />
      <EventsList host={host} />
      <Measurements host={host} />
      <LackingProbes document={documents.get('agent_probes')} />
    </>
  )
}

function HostTitle({ row }: { row: AgentRow }) {
  const facts = [
    row.displayName === null ? undefined : row.host,
    row.project,
    row.role,
    row.place,
    row.owner,
  ].filter(Boolean)
  return (
    <section class="title">
      <a href="#/">‹ {text('back')}</a>
      <h1>
        {row.displayName ?? row.host}
        <span class={`state ${row.connected ? 'up' : 'down'}`}>
          {text(row.connected ? 'online' : 'offline')}
        </span>
      </h1>
      <p>
        {facts.map((fact) => `${fact ?? ''} · `)}
        {row.polledBy === null
          ? `${text('version')} ${row.version ?? '–'}`
          : `${text('polledBy')} ${row.polledBy}`}{' '}
        · {text('lastSeen')}{' '}
        {row.lastSeen === null ? '–' : formatTime(Date.parse(row.lastSeen), Date.now())}
      </p>
    </section>
  )
}

function RangeChoice() {
  return (
    <nav class="ranges" aria-label={text('range')}>
      {RANGE_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={range.value === name}
          onClick={() => (range.value = name)}
        >
          {text(`range.${name}`)}
        </button>
      ))}
    </nav>
  )
}
