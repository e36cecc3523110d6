import { backlogAlerts, claimedAlerts, heldAlerts, unclaimedAlerts } from './duty-alerts.ts'
import { DutyAlert } from './duty-alert.tsx'
import { soundIsOn, switchSound } from './alarm-sound.ts'
import { text, type TextKey } from './i18n/language.ts'
import type { AlertRow } from '@wardround/protocol/api'
import { namePerson, person } from './person.ts'
import { SilencesList } from './silences-list.tsx'

/** Who is on duty looks here: what waits to be claimed, with a sound, what is claimed, and what nobody is called for and why. */
export function DutyPage() {
  return (
    <>
      <section class="duty-bar">
        <label>
          {text('duty.person')}
          <input
            name="person"
            maxLength={64}
            value={person.value}
            onChange={(event) => namePerson(event.currentTarget.value.trim())}
          />
        </label>
        <button
          type="button"
          aria-pressed={soundIsOn.value}
          onClick={() => void switchSound()}
          data-sound={soundIsOn.value ? 'on' : 'off'}
        >
          {text(soundIsOn.value ? 'duty.soundOn' : 'duty.soundOff')}
        </button>
      </section>
      <Part title="duty.unclaimed" empty="duty.noneUnclaimed" alerts={unclaimedAlerts.value} />
      <Part title="duty.claimed" alerts={claimedAlerts.value} />
      <Part title="duty.backlog" alerts={backlogAlerts.value} />
      <Part title="duty.held" alerts={heldAlerts.value} />
      <SilencesList />
    </>
  )
}

function Part({
  title,
  empty,
  alerts,
}: {
  title: TextKey
  empty?: TextKey
  alerts: readonly AlertRow[]
}) {
  if (alerts.length === 0 && empty === undefined) return null
  return (
    <section data-part={title}>
      <h2>
        {text(title)} {alerts.length > 0 && <span class="count">{alerts.length}</span>}
      </h2>
      {alerts.length === 0 && empty !== undefined && <p class="empty quiet">{text(empty)}</p>}
      {alerts.map((alert) => (
        <DutyAlert key={alert.fingerprint} alert={alert} />
      ))}
    </section>
  )
}
