import { formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { firingAlerts, hosts } from './live.ts'
import { hostAddress } from './route.ts'

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
        <article
          key={alert.fingerprint}
          class={`card alert ${alert.severity}`}
          data-alert={alert.rule}
        >
          <span class="severity">{text(`severity.${alert.severity}`)}</span>
          <span class="what">
            <strong>{alert.name}</strong>
            <span>{alert.summary}</span>
            {alert.runbook !== null && (
              <span>
                {text('runbook')}
                {alert.runbook}
              </span>
            )}
            <small class="quiet" title={alert.clauses.map((clause) => clause.text).join('\n')}>
              {text(`numbers.${alert.numbers}`)}
              {alert.clauses.length > 0 && text('serves')}
              {alert.clauses
                .map(({ id, documents }) => `${id} (${documents.join(', ')})`)
                .join(', ')}
            </small>
          </span>
          <span class="where">
            <a href={hostAddress(alert.host)}>
              {hosts.value.get(alert.host)?.displayName ?? alert.host}
            </a>
            <small title={text('since')}>
              {formatTime(Date.parse(alert.startsAt), Date.now())}
            </small>
          </span>
        </article>
      ))}
    </section>
  )
}
