import type { ClauseBook } from '../rules/clause-book.ts'
import { checkClauses } from './check-clauses.ts'
import { checkDays, checkPeriods } from './check-days.ts'
import { checkDuty } from './check-duty.ts'
import { checkNames } from './check-names.ts'
import { checkCalendars, checkGuard, checkSla } from './check-service.ts'
import { ProjectProblems } from './project-problems.ts'
import type { ProjectFile } from './schema/project-file.ts'

/** What no schema can say of a project file: names that must be there, days, hours, and that every number quotes its clause. */
export function checkProject(file: ProjectFile, clauses: ClauseBook): ProjectProblems {
  const problems = new ProjectProblems()
  checkDays(file, problems)
  checkPeriods(file, problems)
  checkNames(file, problems)
  checkCalendars(file, problems)
  checkSla(file, problems)
  checkDuty(file, problems)
  checkGuard(file, problems)
  checkCounts(file, problems)
  checkHostCount(file, problems)
  checkCertificates(file, problems)
  checkClauses(file, [], { clauses, document: file.contract.document, problems })
  return problems
}

function checkCounts({ counts }: ProjectFile, problems: ProjectProblems): void {
  counts.forEach(({ atLeast, within }, index) => {
    if (atLeast === undefined && within === undefined)
      problems.add(['counts', index], {
        zh: 'atLeast（次数）与 within（间隔天数）至少写一个',
        en: 'atLeast (how many) or within (days between two) must be there',
      })
  })
}

function checkHostCount({ hosts, hostCount = [] }: ProjectFile, problems: ProjectProblems): void {
  hostCount.forEach(({ role, value }, index) => {
    const found = hosts.filter((host) => host.role === role).length
    if (found < value)
      problems.add(['hostCount', index], {
        zh: `角色为“${role}”的主机有 ${found} 台，合同为 ${value} 台`,
        en: `there are ${found} hosts of role "${role}"; the contract has ${value}`,
      })
  })
}

function checkCertificates({ certificates }: ProjectFile, problems: ProjectProblems): void {
  certificates.forEach(({ source, until }, index) => {
    if (source === undefined && until === undefined)
      problems.add(['certificates', index], {
        zh: 'source（由哪个采集代理检查）与 until（到期日）至少写一个',
        en: 'source (which agent looks at it) or until (its last day) must be there',
      })
  })
}
