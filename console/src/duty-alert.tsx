import type { AlertRow } from '@wardround/protocol/api'
import { useState } from 'preact/hooks'
import { AlertCard } from './alert-card.tsx'
import { claimAlert, unclaimAlert } from './alert-api.ts'
import { DecisionsList } from './decisions-list.tsx'
import { formatTime } from './format.ts'
import { findText, text } from './i18n/language.ts'
import { firingAlerts } from './live.ts'
import { person } from './person.ts'
import { useAction } from './use-action.ts'

/** An alert as who is on duty works with it. */
export function DutyAlert({ alert }: { alert: AlertRow }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <AlertCard alert={alert}>
      <ClaimLine alert={alert} />
      <HoldLine alert={alert} />
      <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {text('duty.decisions')}
      </button>
      {isOpen && <DecisionsList fingerprint={alert.fingerprint} />}
    </AlertCard>
  )
}

function ClaimLine({ alert }: { alert: AlertRow }) {
  const [note, setNote] = useState('')
  const [run, failure] = useAction()
  const { claimedBy, claimedAt, claimNote, fingerprint } = alert
  return (
    <p class="claim">
      {claimedBy === null ? (
        <>
          <input
            name="note"
            placeholder={text('duty.note')}
            maxLength={500}
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
          <button
            type="button"
            disabled={person.value === ''}
            title={person.value === '' ? text('duty.nameFirst') : undefined}
            onClick={() => run(() => claimAlert(fingerprint, person.value, note))}
          >
            {text('duty.claim')}
          </button>
        </>
      ) : (
        <>
          <span>
            {text('duty.claimedBy')}
            <strong>{claimedBy}</strong>{' '}
            {claimedAt !== null && formatTime(Date.parse(claimedAt), Date.now())} {claimNote}
          </span>
          <button type="button" onClick={() => run(() => unclaimAlert(fingerprint))}>
            {text('duty.unclaim')}
          </button>
        </>
      )}
      {failure !== undefined && <span class="failure">{failure}</span>}
    </p>
  )
}

/** Why nobody is told of it, and how many others are muted because of it. */
function HoldLine({ alert: { held, mutedBy, mutes } }: { alert: AlertRow }) {
  const cause = firingAlerts.value.find(({ fingerprint }) => fingerprint === mutedBy)
  const parts = [
    held === null ? undefined : (findText(`held.${held}`) ?? held),
    cause?.name,
    mutes === 0 ? undefined : `${text('duty.mutes')}${mutes}`,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? null : <p class="hold">{parts.join(' · ')}</p>
}
