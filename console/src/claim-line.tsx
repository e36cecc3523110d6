import type { AlertRow } from '@wardround/protocol/api'
import { useState } from 'preact/hooks'
import { claimAlert, isClaimedAlready, unclaimAlert } from './alert-api.ts'
import { formatTime } from './format.ts'
import { text } from './i18n/language.ts'
import { person } from './person.ts'
import { useAction } from './use-action.ts'

/** Who has an alert, and buttons to take it on, to take it over and to give it up. */
export function ClaimLine({ alert }: { alert: AlertRow }) {
  const [note, setNote] = useState('')
  const [run, failure] = useAction()
  const { claimedBy, fingerprint } = alert
  const claim = () => run(() => takeOn(fingerprint, { by: person.value, note, had: claimedBy }))
  return (
    <p class="claim">
      {claimedBy !== null && <ClaimWords alert={alert} />}
      {claimedBy !== null && claimedBy === person.value ? (
        <button type="button" onClick={() => run(() => unclaimAlert(fingerprint))}>
          {text('duty.unclaim')}
        </button>
      ) : (
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
            onClick={claim}
          >
            {text(claimedBy === null ? 'duty.claim' : 'duty.takeOver')}
          </button>
        </>
      )}
      {failure !== undefined && <span class="failure">{failure}</span>}
    </p>
  )
}

function ClaimWords({
  alert: { claimedBy, claimedAt, claimNote, claimedFrom },
}: {
  alert: AlertRow
}) {
  const words = [
    claimedAt === null ? '' : formatTime(Date.parse(claimedAt), Date.now()),
    claimedFrom === null ? '' : `${text('duty.claimedFrom')}${claimedFrom}`,
    claimNote ?? '',
  ]
  return (
    <span>
      {text('duty.claimedBy')}
      <strong>{claimedBy}</strong> {words.filter((word) => word !== '').join(' · ')}
    </span>
  )
}

/** What somebody else has, as the page knows or as the collector says, is taken over only when that is confirmed. */
async function takeOn(
  fingerprint: string,
  { by, note, had }: { readonly by: string; readonly note: string; readonly had: string | null },
): Promise<void> {
  if (had !== null) return takeOver(fingerprint, by, note, had)
  try {
    await claimAlert(fingerprint, { by, note, takeOver: false })
  } catch (error) {
    if (!isClaimedAlready(error)) throw error
    await takeOver(fingerprint, by, note, text('duty.somebody'))
  }
}

async function takeOver(fingerprint: string, by: string, note: string, had: string): Promise<void> {
  if (confirm(`${text('duty.hadBy')}${had}${text('duty.reallyTakeOver')}`))
    await claimAlert(fingerprint, { by, note, takeOver: true })
}
