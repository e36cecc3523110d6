import { KeptFile } from '../../kept-file.ts'
import type { SourceContext } from '../../source.ts'
import { keepMost } from '../keep-most.ts'

/** What was seen last at one place. */
interface Known {
  readonly sha256: string
  /** When another one was seen first, epoch ms; 0: never since it is watched. */
  readonly changedAtMs: number
}

type KnownByPlace = Readonly<Record<string, Known>>

/** A place whose certificate is another one than before. */
export interface Change {
  readonly from: string
  readonly to: string
}

const TELL_FOR_MS = 7 * 86_400_000
const MOST_PLACES = 2_000

/** The certificates seen last, over restarts. Written only when one changes. */
export class KnownFingerprints {
  readonly #file: KeptFile<KnownByPlace>

  constructor(context: Pick<SourceContext, 'memory' | 'keepsPlaces'>) {
    this.#file = new KeptFile(context, 'certificates', isKnown)
  }

  /** Notes what was seen now. @returns the changes among them, by place */
  async note(
    seen: ReadonlyMap<string, string>,
    nowMs: number,
  ): Promise<ReadonlyMap<string, Change>> {
    const known = (await this.#file.read()) ?? {}
    const changes = new Map<string, Change>()
    const next = new Map(Object.entries(known))
    for (const [place, sha256] of seen) {
      const before = known[place]
      if (before?.sha256 === sha256) continue
      if (before !== undefined) changes.set(place, { from: before.sha256, to: sha256 })
      next.set(place, { sha256, changedAtMs: before === undefined ? 0 : nowMs })
    }
    const kept = keepMost(next, (place) => seen.has(place), MOST_PLACES)
    const isSame =
      kept.size === Object.keys(known).length &&
      [...kept].every(([place, one]) => known[place]?.sha256 === one.sha256)
    if (!isSame) await this.#file.write(Object.fromEntries(kept))
    return changes
  }

  /** Whether another certificate was seen there within the last seven days. */
  async hasChanged(place: string, nowMs: number): Promise<boolean> {
    const changedAtMs = (await this.#file.read())?.[place]?.changedAtMs ?? 0
    return changedAtMs > 0 && nowMs - changedAtMs < TELL_FOR_MS
  }
}

function isKnown(value: unknown): value is KnownByPlace {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (one: unknown) =>
        typeof one === 'object' &&
        one !== null &&
        'sha256' in one &&
        typeof one.sha256 === 'string' &&
        'changedAtMs' in one &&
        typeof one.changedAtMs === 'number',
    )
  )
}
