import { text } from './i18n/language.ts'
import { useLatest } from './latest.ts'

/** active_code of a unit that failed (metric systemd_units). */
const FAILED = 3

/** systemd's services: how many there are, and each that failed. Nothing where the host has no systemd. */
export function Services({ host }: { host: string }) {
  const units = useLatest(host, 'systemd_units', 'name', ['active_code'])
  if (units.size === 0) return null
  const failed = [...units]
    .filter(([, values]) => values['active_code'] === FAILED)
    .map(([name]) => name)
  return (
    <section>
      <h2>{text('services')}</h2>
      {failed.length === 0 ? (
        <p class="empty quiet">
          {units.size} {text('servicesOk')}
        </p>
      ) : (
        <div class="card">
          <strong>{text('servicesFailed')}</strong>
          <ul>
            {failed.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
