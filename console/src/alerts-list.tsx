import { AlertCard } from './alert-card.tsx'
import { text } from './i18n/language.ts'
import { firingAlerts } from './live.ts'

/** What is firing now; of one host where it is given. */
export function AlertsList({ host }: { host?: string }) {
  const rows = firingAlerts.value.filter((alert) => host === undefined || alert.host === host)
  return (
    <section>
      <h2>
        {text('alerts')} {rows.length > 0 && <span class="count">{rows.length}</span>}
      </h2>
      {rows.length === 0 && <p class="empty quiet">{text('noAlerts')}</p>}
      {rows.map((alert) => (
        <AlertCard key={alert.fingerprint} alert={alert} />
      ))}
    </section>
  )
}
