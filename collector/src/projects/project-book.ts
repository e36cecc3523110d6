import type { Contact, NoticeProject } from '../notify/notice.ts'
import { peopleOnDuty, type Person } from './duty.ts'
import { guardsAt } from './guard.ts'
import type { Project } from './project.ts'
import type { WorkDays } from './work-days.ts'

/** The projects in force; replaced as a whole when their files are re-read. */
export class ProjectBook {
  #projects: ReadonlyMap<string, Project> = new Map()
  #projectOf: ReadonlyMap<string, string> = new Map()
  #workDays: WorkDays

  /** `workDays` are those of the site, for whatever belongs to no project. */
  constructor(projects: readonly Project[], workDays: WorkDays) {
    this.#workDays = workDays
    this.replace(projects, workDays)
  }

  get workDays(): WorkDays {
    return this.#workDays
  }

  /** By file. */
  list(): readonly Project[] {
    return [...this.#projects.values()]
  }

  find(id: string): Project | undefined {
    return this.#projects.get(id)
  }

  replace(projects: readonly Project[], workDays: WorkDays): void {
    this.#projects = new Map(projects.map((project) => [project.id, project]))
    this.#workDays = workDays
    this.#projectOf = new Map(
      projects.flatMap(({ id, subjects }) => [
        [id, id] as const,
        ...[...subjects.keys()].map((name) => [name, id] as const),
      ]),
    )
  }

  /** `project` of a project itself, and of the hosts and devices that its file names: for what the identity says nothing of. */
  labelsOf(subject: string): Readonly<Record<string, string>> {
    const project = this.#projectOf.get(subject)
    return project === undefined ? {} : { project }
  }

  /** Number of a project's contract; undefined where there is no such project. */
  contractOf(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.find(id)?.file.contract.document
  }

  /** Who is on duty for a project at a moment; nobody where there is no such project. */
  dutyOf(id: string, atMs: number): readonly Contact[] {
    const project = this.find(id)
    return project === undefined ? [] : peopleOnDuty(project.roster, atMs).map(toContact)
  }

  /** What notices show of a project; undefined where there is no such project. */
  noticeOf(id: string, atMs: number): NoticeProject | undefined {
    const project = this.find(id)
    if (project === undefined) return undefined
    const guards = guardsAt(project.guards, atMs)
    if (guards.length === 0) return { name: project.file.name }
    const guard = {
      zh: guards.map(({ name, to }) => `${name.zh}（至 ${to}）`).join('、'),
      en: guards.map(({ name, to }) => `${name.en} (until ${to})`).join(', '),
    }
    return { name: project.file.name, guard }
  }

  /** Who is told at a level of the project's chain, from 1; nobody beyond its last. */
  escalationOf(id: string, level: number): readonly Contact[] {
    const project = this.find(id)
    const who = project?.file.duty.escalation?.chain[level - 1]?.who ?? []
    return who.flatMap((personId) => {
      const person = project?.roster.people.get(personId)
      return person === undefined || person.placeholder ? [] : [toContact(person)]
    })
  }
}

function toContact({ name, phone, email, dingtalk, wecom, feishu }: Person): Contact {
  return { name, phone, email, dingtalk, wecom, feishu }
}
