import type { Finding } from '../rules/finding.ts'
import { findCounts } from './counts.ts'
import { findEndedContract, findLedgerEntries, findUnknownYear } from './find-dates.ts'
import { findDifferences } from './find-differences.ts'
import { findDuties, findGuards } from './find-duties.ts'
import { findMissing, findUndecided } from './find-missing.ts'
import type { Incident } from './incident.ts'
import { findClocks } from './incident-clocks.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'

/** Everything in which what is differs from what a project's file says should be, and the clocks of its incidents. Pure. */
export function findAll(
  project: Project,
  known: KnownFacts,
  incidents: readonly Incident[],
): Finding[] {
  const { atMs } = known
  return [
    ...findMissing(project, known),
    ...findDifferences(project, known),
    ...findDuties(project, atMs),
    ...findGuards(project, atMs),
    ...findLedgerEntries(project, atMs),
    ...findEndedContract(project, atMs),
    ...findUnknownYear(project, atMs),
    ...findCounts(project, known.records(project.id), atMs),
    ...incidents.flatMap((incident) => findClocks(project, incident, atMs)),
  ].map((finding) => ofProject(project, finding))
}

/** What can't be judged yet; see findUndecided. */
export function findAllUndecided(project: Project, known: KnownFacts): Finding[] {
  return findUndecided(project, known).map((finding) => ofProject(project, finding))
}

function ofProject({ id, file }: Project, finding: Finding): Finding {
  const { name, contract } = file
  return { ...finding, project: { id, name, document: contract.document } }
}
