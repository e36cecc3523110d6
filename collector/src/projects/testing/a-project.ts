import { checkYaml } from '@wardround/program'
import type { ProjectProblem } from '../project-problems.ts'
import { checkProject } from '../check-project.ts'
import { type Project, toProject } from '../project.ts'
import { ProjectFile } from '../schema/project-file.ts'
import { WorkDays } from '../work-days.ts'
import { packClauses } from './pack-clauses.ts'

const CLAUSES = packClauses()

/** The smallest file, to which more is added; a key that is given again takes the place of this one's. */
const LEAST = {
  project: 'project: clinic',
  name: 'name: {zh: 门诊系统, en: Clinic}',
  contract: "contract: {document: '004', year: 2026, from: 2026-01-01, to: 2026-12-31}",
  places: 'places: [{id: room, name: 机房, zone: city}]',
  calendars: `calendars:
  office: {kind: {value: 5x8, clause: S06}}
  always: {kind: {value: 7x24, clause: S02}}`,
}

export function projectYaml(more = ''): string {
  const own = Object.entries(LEAST).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(more))
  return [...own.map(([, text]) => text), more].join('\n')
}

function read(more: string) {
  return checkYaml(ProjectFile, { file: 'clinic.yaml', text: projectYaml(more) })
}

/** A project of a file with `more` in it. */
export function aProject(more = ''): Project {
  const { value } = read(more)
  const [problem] = checkProject(value, CLAUSES).found
  if (problem !== undefined) throw new Error(`${problem.path.join('.')}: ${problem.what.en}`)
  return toProject(value, { clauses: CLAUSES, workDaysWith: (days) => new WorkDays({ days }) })
}

/** What is wrong with such a file, as `path: what`. */
export function problemsIn(more: string): string[] {
  return checkProject(read(more).value, CLAUSES).found.map(describe)
}

function describe({ path, what, suggestion }: ProjectProblem): string {
  const hint = suggestion === undefined ? '' : `; ${suggestion}?`
  return `${path.join('.')}: ${what.en}${hint}`
}
