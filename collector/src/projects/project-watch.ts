import type { SeriesTable } from '@wardround/protocol'
import type { HostDirectory } from '../ingest/host-directory.ts'
import type { Alerting } from '../notify/alerting.ts'
import type { ProjectDesk } from './project-desk.ts'
import { findAll, findAllUndecided } from './find-all.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'
import type { ProjectBook } from './project-book.ts'
import { recallSeen, type RecallParts } from './recall-seen.ts'
import { SeenPoints } from './seen-points.ts'
import type { Finding } from '../rules/finding.ts'

export interface ProjectWatchParts extends RecallParts {
  readonly projects: ProjectBook
  readonly table: SeriesTable
  readonly hosts: HostDirectory
  readonly alerting: Pick<Alerting, 'acceptFindings'>
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'nowMs'>
  /** Default 10 s. */
  readonly everyMs?: number
}

/** Holds what is against the project files. */
export interface ProjectWatch extends Disposable {
  /** Takes every batch that comes. */
  readonly seen: SeenPoints
  /** What was found last, of all projects. */
  readonly findings: readonly Finding[]
  /** Project files or identities have changed. */
  lookAgain(): void
}

const EVERY_MS = 10_000

interface ProjectLook {
  readonly findings: readonly Finding[]
  readonly undecided: readonly Finding[]
}

/** Asks the store what was seen before this start, and goes on from there; until it has answered nothing is found. */
export function openProjectWatch(parts: ProjectWatchParts): ProjectWatch {
  const { projects, hosts, alerting, desk, log, nowMs, everyMs = EVERY_MS } = parts
  const seen = new SeenPoints(parts.table)
  const sinceMs = nowMs()
  let findings: readonly Finding[] = []
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const lookAt = guardedLook(parts)

  const look = () => {
    const known: KnownFacts = {
      seen,
      identities: [...hosts.entries],
      records: (project) => desk.records(project),
      sinceMs,
      atMs: desk.nowMs(),
    }
    const looks = projects.list().map((project) => lookAt(project, { known, before: findings }))
    findings = looks.flatMap((one) => one.findings)
    const undecided = looks.flatMap((one) => one.undecided)
    try {
      const seenProjects = projects.list().map(({ id }) => id)
      alerting.acceptFindings(findings, seenProjects, undecided)
    } catch (error) {
      log.error({ err: error }, 'what was found against project files could not be judged')
    }
  }

  void recallSeen(parts, seen).then(() => {
    if (closed) return
    look()
    timer = setInterval(look, everyMs).unref()
  })

  return {
    seen,
    get findings() {
      return findings
    },
    lookAgain() {
      if (timer !== undefined) look()
    },
    [Symbol.dispose]() {
      closed = true
      clearInterval(timer)
    },
  }
}

/** Of a project that can't be looked at, what was found before stands: the others go on, and it is said once. */
function guardedLook({ desk, log }: Pick<ProjectWatchParts, 'desk' | 'log'>) {
  const failing = new Set<string>()
  return (
    project: Project,
    { known, before }: { readonly known: KnownFacts; readonly before: readonly Finding[] },
  ): ProjectLook => {
    const { id } = project
    try {
      const own = desk.incidents.list().filter((incident) => incident.project === id)
      const look = {
        findings: findAll(project, known, own),
        undecided: findAllUndecided(project, known),
      }
      failing.delete(id)
      return look
    } catch (error) {
      if (!failing.has(id))
        log.error(
          { err: error, project: id },
          'a project file could not be held against what is there',
        )
      failing.add(id)
      return { findings: before.filter((one) => one.project?.id === id), undecided: [] }
    }
  }
}
