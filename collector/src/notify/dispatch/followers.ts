import type { AlertBook } from './alert-book.ts'
import type { DispatchContext } from './dispatcher.ts'
import type { FoundHold } from './holds.ts'
import { isFiring, type TrackedAlert } from './tracked-alert.ts'

/** Alerts that tell of others, as those about the clocks of an incident: each is held as those are that it tells of. */
export class Followers {
  readonly #book: AlertBook
  readonly #aboutOf: DispatchContext['aboutOf']
  readonly #ids = new Set<string>()

  constructor(book: AlertBook, { aboutOf }: Pick<DispatchContext, 'aboutOf'>) {
    this.#book = book
    this.#aboutOf = aboutOf
  }

  /** Takes in what an alert is now. */
  keep(tracked: TrackedAlert): void {
    if (isFiring(tracked) && this.#aboutOf(tracked.alert).length > 0) this.#ids.add(tracked.id)
    else this.#ids.delete(tracked.id)
  }

  has({ id }: TrackedAlert): boolean {
    return this.#ids.has(id)
  }

  /** Those that are known. */
  *list(): Iterable<TrackedAlert> {
    for (const id of this.#ids) {
      const tracked = this.#book.alerts.get(id)
      if (tracked === undefined) this.#ids.delete(id)
      else yield tracked
    }
  }

  /** It is held while all are that fire of those it tells of: nobody is called for what nobody is to hear of. */
  holdOf(tracked: TrackedAlert): FoundHold | undefined {
    const holds = this.#followedBy(tracked).map(({ hold }) => hold)
    const [first] = holds
    if (first === undefined || holds.some((hold) => hold === undefined || hold.kind === 'digest'))
      return undefined
    return { kind: first.kind, by: first.by, follows: true }
  }

  /** Whether any fires of those it tells of. */
  isAboutFiring(tracked: TrackedAlert): boolean {
    return this.#followedBy(tracked).length > 0
  }

  #followedBy({ alert }: TrackedAlert): TrackedAlert[] {
    return this.#aboutOf(alert)
      .flatMap((id) => this.#book.alerts.get(id) ?? [])
      .filter(isFiring)
  }
}
