import type { Logger } from '@wardround/program'
import { CATALOGUE, type SeriesTable } from '@wardround/protocol'
import type { HostDirectory } from '../ingest/host-directory.ts'
import type { Alerting } from '../notify/alerting.ts'
import type { ProjectDesk } from './project-desk.ts'
import { findAll, findAllUndecided } from './find-all.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'
import type { ProjectBook } from './project-book.ts'
import { SEEN_FIELDS, SeenPoints } from './seen-points.ts'
import type { Finding } from '../rules/finding.ts'
import type { Store } from '../store/store.ts'

export interface ProjectWatchParts {
  readonly projects: ProjectBook
  readonly table: SeriesTable
  readonly hosts: HostDirectory
  readonly store: Pick<Store, 'query'>
  readonly alerting: Pick<Alerting, 'acceptFindings'>
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'nowMs'>
  readonly log: Logger
  readonly nowMs: () => number
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
/** What was seen in an earlier process is asked for so far back. */
const RECALL_MS = 2 * 86_400_000
const RECALL_STEP_MS = 3_600_000

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

  void recall(parts, seen).then(() => {
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

/** What cannot be asked for is taken for never seen. */
async function recall({ store, log, nowMs }: ProjectWatchParts, seen: SeenPoints): Promise<void> {
  const toMs = nowMs()
  for (const [measurement, fields] of Object.entries(SEEN_FIELDS)) {
    const groupBy = ['host', ...tagsOf(measurement)]
    for (const field of fields) {
      try {
        const { series } = await store.query({
          measurement,
          fields: [field],
          projects: 'all',
          where: [],
          aggregate: 'last',
          groupBy,
          stepMs: RECALL_STEP_MS,
          fromMs: toMs - RECALL_MS,
          toMs,
        })
        for (const { tags, points } of series) {
          const [timeMs, value] = points.at(-1) ?? []
          const { host, ...own } = tags
          if (host === undefined || timeMs === undefined || typeof value !== 'number') continue
          const shape = { measurement, field, tags: Object.entries(own).toSorted(byName) }
          seen.recall(host, shape, Math.min(timeMs + RECALL_STEP_MS, toMs), value)
        }
      } catch (error) {
        log.warn({ err: error, measurement, field }, 'what was seen earlier could not be read')
      }
    }
  }
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1
}

function tagsOf(measurement: string): readonly string[] {
  const declared = CATALOGUE.find(({ measurements }) => Object.hasOwn(measurements, measurement))
  return declared?.measurements[measurement]?.identifyingTags ?? []
}
