import type { AlertRow } from '@wardround/protocol/api'
import type { ComponentChildren } from 'preact'
import { formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { hosts } from './live.ts'
import { hostAddress, projectAddress } from './route.ts'

/** What is wrong, where, since when, whose the numbers are and which clauses it serves; below it what `children` add. */
export function AlertCard({ alert, children }: { alert: AlertRow; children?: ComponentChildren }) {
  return (
    <article class={`card alert ${alert.severity}`} data-alert={alert.rule}>
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
          {alert.threshold !== null && `${text('threshold')}${alert.threshold} · `}
          {text(`numbers.${alert.numbers}`)}
          {alert.clauses.length > 0 && text('serves')}
          {alert.clauses.map(nameOfClause).join(text('listed'))}
        </small>
        {children}
      </span>
      <span class="where">
        <a href={addressOf(alert)}>{nameOf(alert)}</a>
        <small title={text('since')}>{formatTime(Date.parse(alert.startsAt), Date.now())}</small>
      </span>
    </article>
  )
}

function nameOf({ host, projectName }: AlertRow): string {
  return projectName ?? hosts.value.get(host)?.displayName ?? host
}

/** Words that a project file quotes itself have no id. */
function nameOfClause({ id, documents, text: words }: AlertRow['clauses'][number]): string {
  return id === '' ? words : `${id} (${documents.join(', ')})`
}

/** What is about a project as a whole has its id in the place of a host. */
function addressOf({ host, labels }: AlertRow): string {
  return labels['project'] === host ? projectAddress(host) : hostAddress(host)
}
