import { formatTime } from './format.ts'
import { findText, text } from './i18n/language.ts'
import { person } from './person.ts'
import { addRecord, type ClockRow, type IncidentRow, type ProjectAnswer } from './project-api.ts'
import { useAction } from './use-action.ts'

/** An incident with the clocks that its contract sets, and what a person records of it. */
export function IncidentCard({
  project,
  incident,
  onRecorded,
}: {
  project: Pick<ProjectAnswer, 'id' | 'name'>
  incident: IncidentRow
  onRecorded: () => void
}) {
  const [run, failure] = useAction()
  const record = (kind: string) =>
    run(() =>
      addRecord(project.id, {
        kind,
        who: person.value,
        what: findText(`record.${kind}`) ?? kind,
        incident: incident.id,
      }).then(onRecorded),
    )
  const kinds =
    incident.phase === 'awaitingAcceptance'
      ? ['accepted', 'rejected']
      : ['arrival', 'spare_part_wanted', 'spare_part', 'substitute']
  return (
    <article class={`card alert ${incident.severity}`} data-incident={incident.id}>
      <span class="what">
        <strong>{incident.summary}</strong>
        <AlertCount count={incident.alerts} />
        <small>
          {incident.row} · {findText(`incident.${incident.phase}`)}
          {incident.claimedBy !== null && ` · ${text('duty.claimedBy')}${incident.claimedBy}`}
        </small>
        {incident.clocks.map((clock) => (
          <Clock key={clock.name} clock={clock} />
        ))}
        <p class="claim">
          {kinds.map((kind) => (
            <button
              key={kind}
              type="button"
              disabled={person.value === ''}
              title={person.value === '' ? text('duty.nameFirst') : undefined}
              onClick={() => record(kind)}
            >
              {findText(`record.${kind}`)}
            </button>
          ))}
          {failure !== undefined && <span class="failure">{failure}</span>}
        </p>
      </span>
      <span class="where">
        {incident.host === project.id ? project.name : incident.host}
        {incident.start !== null && (
          <small>{formatTime(Date.parse(incident.start), Date.now())}</small>
        )}
      </span>
    </article>
  )
}

function AlertCount({ count }: { count: number }) {
  return count === 1 ? null : <small>{text('incident.alerts').replace('{n}', String(count))}</small>
}

/** How much of a limit is used: the contract warns at 50 and 80 %. */
function Clock({ clock: { name, phase, limit, due, usedPercent } }: { clock: ClockRow }) {
  const level = usedPercent >= 80 ? 'critical' : usedPercent >= 50 ? 'warning' : ''
  return (
    <span class={`meter clock ${level}`} data-clock={name}>
      {findText(`clock.${name}`) ?? name} {limit} · {findText(`clockPhase.${phase}`)}
      {phase === 'running' &&
        due !== null &&
        ` · ${text('clock.due')}${formatTime(Date.parse(due), Date.now())}`}
      <span class="bar">
        <span style={{ width: `${Math.min(usedPercent, 100)}%` }} />
      </span>
    </span>
  )
}
