import { AlertsList } from './alerts-list.tsx'
import { unclaimedAlerts } from './duty-alerts.ts'
import { DutyPage } from './duty-page.tsx'
import { HostPage } from './host-page.tsx'
import { HostsList } from './hosts-list.tsx'
import { demo, switchLanguage, text } from './i18n/language.ts'
import { connected } from './live.ts'
import { ProjectPage } from './project-page.tsx'
import { ProjectsPage } from './projects-page.tsx'
import { route } from './route.ts'
import { foreignZone } from './wall-time.ts'

export function App() {
  return (
    <>
      {demo.value && (
        <p class="demo" role="note">
          {text('demo')}
        </p>
      )}
      <header>
        <a class="brand" href="#/">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          {text('product')}
        </a>
        <nav>
          <a href="#/">{text('nav.hosts')}</a>
          <a href="#/duty">
            {text('nav.duty')}{' '}
            {unclaimedAlerts.value.length > 0 && (
              <span class="count">{unclaimedAlerts.value.length}</span>
            )}
          </a>
          <a href="#/projects">{text('nav.projects')}</a>
        </nav>
        <span class={`link ${connected.value ? 'up' : 'down'}`} role="status">
          {text(connected.value ? 'live' : 'reconnecting')}
        </span>
        {foreignZone.value !== undefined && (
          <span class="quiet" data-zone={foreignZone.value} title={text('zone.title')}>
            {text('zone')}
            {foreignZone.value}
          </span>
        )}
        <button type="button" onClick={switchLanguage}>
          {text('language')}
        </button>
      </header>
      <main>
        <Page />
      </main>
    </>
  )
}

function Page() {
  const where = route.value
  if (where.page === 'host') return <HostPage key={where.name} host={where.name} />
  if (where.page === 'project') return <ProjectPage key={where.name} id={where.name} />
  if (where.page === 'duty') return <DutyPage />
  if (where.page === 'projects') return <ProjectsPage />
  return (
    <>
      <AlertsList />
      <HostsList />
    </>
  )
}
