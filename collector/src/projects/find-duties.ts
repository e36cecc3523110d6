import type { Finding } from '../rules/finding.ts'
import { firstRosterGap, mostAskedBetween, peopleOnDuty, strictestAt } from './duty.ts'
import type { Project } from './project.ts'
import type { NumberSource } from './quoted-clause.ts'
import { formatTime } from './spoken-time.ts'

/** How far ahead the roster is looked through, and guarded times are told of. */
const AHEAD_DAYS = 7
const DAY_MS = 86_400_000

/** Too few people on duty now or in the coming days, or in the team at all; only while the contract runs. */
export function findDuties(project: Project, atMs: number): Finding[] {
  if (atMs < project.fromMs || atMs >= project.toMs) return []
  const { roster, file } = project
  const findings: Finding[] = []
  const strictest = strictestAt(roster, atMs)
  const people = peopleOnDuty(roster, atMs).length
  if (strictest !== undefined && people < strictest.people)
    findings.push(ofTeam('duty_understaffed', project, people, strictest))
  const gap = firstRosterGap(roster, atMs, AHEAD_DAYS)
  if (gap !== undefined) {
    const asked = { people: gap.least, number: gap.number }
    const found = ofTeam('roster_gap', project, gap.people, asked)
    const from = formatTime(project.workDays, Math.max(gap.fromMs, project.fromMs))
    const to = formatTime(project.workDays, gap.toMs)
    findings.push({ ...found, details: { ...found.details, from, to } })
  }
  const named = file.duty.people.filter(({ placeholder }) => !placeholder).length
  const { team } = file.duty
  if (team !== undefined && named < team.value)
    findings.push(ofTeam('team_too_small', project, named, { people: team.value, number: team }))
  return findings
}

function ofTeam(
  kind: string,
  { id, basisOf }: Project,
  value: number,
  asked: { readonly people: number; readonly number: NumberSource | undefined },
): Finding {
  const details = { least: String(asked.people) }
  return { kind, host: id, tags: {}, value, details, basis: basisOf([asked.number]) }
}

/** Guarded times that run or begin soon, with the days until then. */
export function findGuards({ id, guards, roster }: Project, atMs: number): Finding[] {
  return guards.flatMap(({ name, from, to, fromMs, toMs }) => {
    if (atMs < fromMs - AHEAD_DAYS * DAY_MS || atMs >= toMs) return []
    const least = String(mostAskedBetween(roster, fromMs, toMs))
    const details = { name_zh: name.zh, name_en: name.en, from, to, least }
    const value = Math.max(0, Math.ceil((fromMs - atMs) / DAY_MS))
    const tags = { period: `${from} ${name.zh}` }
    return [{ kind: 'guard_period', host: id, tags, value, details }]
  })
}
