import type { IncidentRecordKind } from '../incident.ts'
import type { IncidentBook } from '../incident-book.ts'
import { RecordShelf } from '../record-shelf.ts'

/** Records of incidents as people make them, for a book without a desk; false where the incident is not known, or over. */
export function recorderOf(book: IncidentBook) {
  const shelf = new RecordShelf([])
  let id = 0
  return (
    incident: string,
    kind: IncidentRecordKind,
    { who, atMs }: { readonly who: string; readonly atMs: number },
  ): boolean => {
    const known = book.holding(incident)
    if (known === undefined) return false
    const said = { project: known.project, kind, who, atMs, recordedAtMs: atMs, what: '' }
    shelf.add({ ...said, id: ++id, incident, cancels: undefined })
    book.review(known, shelf.about([known.id, ...known.parts]))
    return true
  }
}
