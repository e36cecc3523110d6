import type { AlertRow } from '@wardround/protocol/api'
import { useState } from 'preact/hooks'
import { AlertCard } from './alert-card.tsx'
import { ClaimLine } from './claim-line.tsx'
import { DecisionsList } from './decisions-list.tsx'
import { findText, text } from './i18n/language.ts'
import { firingAlerts } from './live.ts'

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
