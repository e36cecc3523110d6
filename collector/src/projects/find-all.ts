import type { Finding } from '../rules/finding.ts'
import { findCounts } from './counts.ts'
import { findDifferences } from './find-differences.ts'
import { findDuties, findLedgerEntries, findUnknownYear } from './find-duties.ts'
import { findMissing } from './find-missing.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'

/** Everything in which what is differs from what a project's file says should be. Pure. */
export function findAll(project: Project, known: KnownFacts): Finding[] {
  const { atMs } = known
  return [
    ...findMissing(project, known),
    ...findDifferences(project, known),
    ...findDuties(project, atMs),
    ...findLedgerEntries(project, atMs),
    ...findUnknownYear(project, atMs),
    ...findCounts(project, known.records(project.id), atMs),
  ]
}
