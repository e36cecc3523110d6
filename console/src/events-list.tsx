import { fetchEvents, type EventItem } from './api.ts'
import { describeEvent } from './describe-event.ts'
import { formatTime } from './format.ts'
import { findText, language, text } from './i18n/language.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 60_000
const NONE: readonly EventItem[] = []

/** What happened on a host or device in the last day: lines of logs, traps, backups. Nothing where nothing did. */
export function EventsList({ host }: { host: string }) {
  const [events] = useRefreshed((signal) => fetchEvents(host, signal), NONE, REFRESH_MS, [host])
  if (events.length === 0) return null
  return (
    <section>
      <h2>{text('events')}</h2>
      <table class="card events">
        <tbody>
          {events.map((event) => (
            <tr key={event.key} data-kind={event.kind}>
              <td class="time">{formatTime(event.timeMs, Date.now())}</td>
              <td>{kindOf(event.kind)}</td>
              <td>{describeEvent(event.body, language.value, Date.now())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A kind of the page's own words, else as the agent names it. */
function kindOf(kind: string): string {
  return findText(`event.${kind}`) ?? kind
}
