import { Part } from './part.ts'
import { PartError } from './part-error.ts'
import type { PlacedPart } from './part-file.ts'

/** Opens parts; a damaged one is left out and counted. */
export class PartOpener {
  #damaged = 0

  /** Damaged parts met so far; one that is read twice counts twice. */
  get damaged(): number {
    return this.#damaged
  }

  open(parts: readonly PlacedPart[]): Part[] {
    return parts.flatMap((part) => {
      try {
        return [new Part(part.set, part.data)]
      } catch (error) {
        if (!(error instanceof PartError)) throw error
        this.#damaged++
        return []
      }
    })
  }
}
