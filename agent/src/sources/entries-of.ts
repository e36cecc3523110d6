import { asList } from '../as-list.ts'

/** What a site wrote as one entry of a list. */
export type Entry = Readonly<Record<string, unknown>>

/** The entries of a list of that name; none where there is no list. */
export function entriesOf(options: Entry, name: string): readonly Entry[] {
  return asList(options[name]).filter(isEntry)
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null
}
