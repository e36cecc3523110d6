import type { State } from '../state/state.ts'
import type { Store } from '../store/store.ts'
import { withinDeadline } from './within-deadline.ts'

/** Far beyond what a slow disk or a machine under load needs. */
const PATIENCE_MS = 60_000

/**
 * What a new start might mend: a thread that answers no more; undefined: nothing. A full disk or a store outside that is down is no such thing, and is
 * told by `/readyz`.
 */
export async function findFault(
  state: Pick<State, 'rawRecords'>,
  store: Pick<Store, 'status'>,
  patienceMs = PATIENCE_MS,
): Promise<string | undefined> {
  const silent = await Promise.all([
    isSilent(state.rawRecords.status(), patienceMs),
    isSilent(store.status(), patienceMs),
  ])
  const names = ['state', 'store'].filter((_, at) => silent[at] === true)
  return names.length === 0 ? undefined : `no answer from ${names.join(' and ')}`
}

/** A failure is an answer, too. */
async function isSilent(answer: Promise<unknown>, patienceMs: number): Promise<boolean> {
  const answered = answer.then(
    () => false,
    () => false,
  )
  return withinDeadline(answered, patienceMs).catch(() => true)
}
