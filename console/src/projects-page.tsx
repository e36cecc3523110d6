import { text } from './i18n/language.ts'
import { fetchProjects, type ProjectRow } from './project-api.ts'
import { projectAddress } from './route.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 30_000
const NONE: readonly ProjectRow[] = []

/** The contracted systems: what goes wrong in each, and who is on duty. */
export function ProjectsPage() {
  const [projects] = useRefreshed(fetchProjects, NONE, REFRESH_MS, [])
  return (
    <section>
      <h2>{text('nav.projects')}</h2>
      {projects.length === 0 ? (
        <p class="empty">{text('project.none')}</p>
      ) : (
        <table class="card">
          <thead>
            <tr>
              <th>{text('project')}</th>
              <th>{text('project.contract')}</th>
              <th>{text('project.incidents')}</th>
              <th>{text('project.differences')}</th>
              <th>{text('project.onDuty')}</th>
            </tr>
          </thead>
          <tbody>
            {projects.map(({ id, name, contract, incidents, differences, onDuty }) => (
              <tr key={id} data-project={id}>
                <td>
                  <a href={projectAddress(id)}>{name}</a>
                  <small>{id}</small>
                </td>
                <td>
                  {contract.document}
                  <small>
                    {contract.from} – {contract.to}
                  </small>
                </td>
                <td class="number">{incidents}</td>
                <td class="number">
                  {differences === 0 ? 0 : <a href={projectAddress(id)}>{differences}</a>}
                </td>
                <td>{onDuty.length === 0 ? text('project.nobody') : onDuty.join('、')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
