import { AlertsList } from './alerts-list.tsx'
import { HostPage } from './host-page.tsx'
import { HostsList } from './hosts-list.tsx'
import { switchLanguage, text } from './i18n/language.ts'
import { connected } from './live.ts'
import { route } from './route.ts'

export function App() {
  return (
    <>
      <header>
        <a class="brand" href="#/">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          {text('product')}
        </a>
        <span class={`link ${connected.value ? 'up' : 'down'}`} role="status">
          {text(connected.value ? 'live' : 'reconnecting')}
        </span>
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
  if (where.page === 'host') return <HostPage key={where.host} host={where.host} />
  return (
    <>
      <AlertsList />
      <HostsList />
    </>
  )
}
