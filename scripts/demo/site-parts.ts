import { DAY_MS, type Faults } from './faults.ts'
import type { FactSheet } from './facts.ts'
import type { HostPlan } from './models/host-plan.ts'
import type { Part } from './part.ts'

/** Something that an agent speaks for: '' is its own host. */
export interface SiteSubject {
  readonly subject: string
  readonly parts: readonly Part[]
}

/** What a host of the site has beside what every host has. */
export interface HostDraft {
  readonly plan: HostPlan
  readonly parts: readonly Part[]
  readonly devices?: readonly SiteSubject[]
  readonly facts: FactSheet
}

/** Up for six weeks, and more each day. */
export function bootedBefore(bornMs: number): HostPlan['bootMs'] {
  return () => bornMs - 43.3 * DAY_MS
}

/** What a file system holds that grows evenly: its share at the beginning, and by how much a day. */
export function growing(bornMs: number, share: number, perDay: number): (timeMs: number) => number {
  return (timeMs) => share + (perDay * (timeMs - bornMs)) / DAY_MS
}

/** A host comes down once, and starts anew. */
export function bootedAgain(
  bornMs: number,
  { opsHostDown, opsHostUpMs }: Faults,
): Pick<HostPlan, 'bootMs' | 'isAway'> {
  const before = bootedBefore(bornMs)
  return {
    bootMs: (timeMs) => (timeMs < opsHostUpMs ? before(timeMs) : opsHostUpMs - 90_000),
    isAway: opsHostDown,
  }
}
