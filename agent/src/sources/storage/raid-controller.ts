/** How well a controller or an array stands; what a tool says in a word that we don't know is `unknown`, never `ok`. */
export const RAID_STATES = {
  ok: 0,
  rebuilding: 1,
  degraded: 2,
  failed: 3,
  unknown: 4,
} as const

export type RaidState = keyof typeof RAID_STATES

/** One RAID controller, whoever made it. */
export interface RaidController {
  /** Bounded, printable, the same each time: c0, slot0, adaptec1. */
  readonly name: string
  readonly model: string
  readonly state: RaidState
  readonly arrays: readonly RaidArray[]
  readonly disks: readonly RaidDisk[]
  /** Whether battery or capacitor of the cache is well; undefined where there is none, or its word is unknown. */
  readonly batteryOk: boolean | undefined
  /** Of all its disks; undefined where the tool does not say. */
  readonly mediaErrors: number | undefined
  /** Disks that foretell their failure. */
  readonly predictiveFailures: number | undefined
}

export interface RaidArray {
  readonly name: string
  /** RAID1, RAID6, … */
  readonly level: string
  readonly state: RaidState
  readonly disks: readonly RaidDisk[]
}

export interface RaidDisk {
  readonly slot: string
  readonly state: DiskState
  /** The tool's own word. */
  readonly word: string
  readonly model: string
}

/** `idle`: good, and of no array. */
export type DiskState = 'active' | 'idle' | 'spare' | 'rebuilding' | 'failed' | 'unknown'

/** Looks a word up in a table of words, without regard to case; what is not in it is unknown. */
export function stateOfWord<S extends string>(
  table: Readonly<Record<string, S>>,
  word: string,
): S | 'unknown' {
  return new Map(Object.entries(table)).get(word.trim().toLowerCase()) ?? 'unknown'
}

export function countDisks(disks: readonly RaidDisk[], ...states: readonly DiskState[]): number {
  return disks.filter(({ state }) => states.includes(state)).length
}
