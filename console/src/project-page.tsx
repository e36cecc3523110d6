import { AlertCard } from './alert-card.tsx'
import { formatTime } from './format.ts'
import { findText, text } from './i18n/language.ts'
import { IncidentCard } from './incident-card.tsx'
import { firingAlerts } from './live.ts'
import { fetchProject, type ProjectAnswer } from './project-api.ts'
import { ProjectCounts } from './project-counts.tsx'
import { hostAddress } from './route.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 10_000

/** One contracted system: the clocks that run, what is wrong, what the contract counts, its hosts, and what was recorded. */
export function ProjectPage({ id }: { id: string }) {
  const [project, refresh] = useRefreshed<ProjectAnswer | undefined>(
    (signal) => fetchProject(id, signal),
    undefined,
    REFRESH_MS,
    [id],
  )
  if (project === undefined) return <p class="empty">{text('project.unknown')}</p>
  const onDuty = project.duty.now.map(({ name }) => name).join('、') || text('project.nobody')
  return (
    <>
      <section class="title">
        <h1>{project.name}</h1>
        <p>
          {text('project.contract')} {project.contract.document} · {text('project.onDuty')}
          {text('colon')}
          {onDuty}
          {project.duty.least > 0 &&
            text('project.least').replace('{n}', String(project.duty.least))}
        </p>
        <Guards guard={project.duty.guard} />
      </section>
      {project.incidents.length > 0 && (
        <section data-part="incidents">
          <h2>{text('project.incidents')}</h2>
          {project.incidents.map((incident) => (
            <IncidentCard
              key={incident.id}
              project={project}
              incident={incident}
              onRecorded={refresh}
            />
          ))}
        </section>
      )}
      <ProjectAlerts project={project} />
      <Differences project={project} />
      <ProjectCounts project={project} onRecorded={refresh} />
      <ProjectHosts project={project} />
      <Records project={project} />
    </>
  )
}

/** The guarded time that runs, else the next one. */
function Guards({ guard: { now, next } }: { guard: ProjectAnswer['duty']['guard'] }) {
  const shown = now.length > 0 ? now : next === null ? [] : [next]
  if (shown.length === 0) return null
  return (
    <p data-part="guards">
      {text(now.length > 0 ? 'project.guardNow' : 'project.guardNext')}
      {shown.map(({ name, from, to }) => `${name} ${from} – ${to}`).join('、')}
    </p>
  )
}

function ProjectAlerts({ project: { id, hosts } }: { project: ProjectAnswer }) {
  const names = new Set(hosts.map(({ name }) => name))
  const alerts = firingAlerts.value.filter(
    ({ host, labels }) => labels['project'] === id || host === id || names.has(host),
  )
  return (
    <section>
      <h2>{text('alerts')}</h2>
      {alerts.length === 0 && <p class="empty quiet">{text('noAlerts')}</p>}
      {alerts.map((alert) => (
        <AlertCard key={alert.fingerprint} alert={alert} />
      ))}
    </section>
  )
}

/** What the project file says and what is there. */
function Differences({ project: { differences } }: { project: ProjectAnswer }) {
  if (differences.length === 0) return null
  return (
    <section data-part="differences">
      <h2>
        {text('project.differences')} <span class="count">{differences.length}</span>
      </h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('project.subject')}</th>
            <th>{text('project.expected')}</th>
            <th>{text('project.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ host, expected, seen }) => (
            <tr key={`${host} ${expected}`}>
              <td>
                <a href={hostAddress(host)}>{host}</a>
              </td>
              <td>{expected}</td>
              <td>{seen}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ProjectHosts({ project: { hosts } }: { project: ProjectAnswer }) {
  return (
    <section>
      <h2>{text('hosts')}</h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('project.subject')}</th>
            <th>{text('role')}</th>
            <th>{text('place')}</th>
            <th>{text('lastSeen')}</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ name, role, place, lastSeen }) => (
            <tr key={name}>
              <td>
                <a href={hostAddress(name)}>{name}</a>
              </td>
              <td>{role}</td>
              <td>{place}</td>
              <td class="time">
                {lastSeen === null
                  ? text('project.neverSeen')
                  : formatTime(Date.parse(lastSeen), Date.now())}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Records({ project: { records, counts } }: { project: ProjectAnswer }) {
  if (records.length === 0) return null
  return (
    <section>
      <h2>{text('project.records')}</h2>
      <table class="card">
        <thead>
          <tr>
            <th>{text('time')}</th>
            <th>{text('project.recordKind')}</th>
            <th>{text('project.who')}</th>
            <th>{text('project.what')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ id, at, who, kind, what }) => (
            <tr key={id}>
              <td class="time">{formatTime(Date.parse(at), Date.now())}</td>
              <td>
                {counts.find((count) => count.kind === kind)?.name ??
                  findText(`record.${kind}`) ??
                  kind}
              </td>
              <td>{who}</td>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
