import type { LocalizedText } from '@wardround/program'
import { type CivilDay, formatDay, parseDay, startOf } from './civil-day.ts'
import type { ProjectFile } from './schema/project-file.ts'
import type { WorkDays } from './work-days.ts'

/** A time in which a service is guarded more closely (重点保障): a holiday that the contract names, or a key period. Whole days. */
export interface GuardPeriod {
  readonly name: LocalizedText
  /** `2026-10-01` */
  readonly from: string
  /** The last day. */
  readonly to: string
  /** Epoch ms. */
  readonly fromMs: number
  /** Not included. */
  readonly toMs: number
}

/** The longest time of a contract that is looked through for holidays. */
const MAX_DAYS = 3_660

/** The guarded times of a project, the earliest first: holidays within the contract's time, as far as the calendar knows them, and key periods. */
export function guardPeriods(
  file: Pick<ProjectFile, 'contract' | 'guardedHolidays' | 'keyPeriods'>,
  workDays: WorkDays,
): readonly GuardPeriod[] {
  const periods = file.keyPeriods.flatMap(({ name, from, to }) => {
    const [first, last] = [parseDay(from), parseDay(to)]
    return first === undefined || last === undefined
      ? []
      : [toPeriod({ zh: name, en: name }, first, last, workDays)]
  })
  return [...periods, ...holidays(file, workDays)].toSorted((a, b) => a.fromMs - b.fromMs)
}

/** Those in which a moment lies. */
export function guardsAt(periods: readonly GuardPeriod[], atMs: number): readonly GuardPeriod[] {
  return periods.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
}

function holidays(
  { contract, guardedHolidays }: Pick<ProjectFile, 'contract' | 'guardedHolidays'>,
  workDays: WorkDays,
): GuardPeriod[] {
  const names = guardedHolidays?.names ?? []
  const from = parseDay(contract.from) ?? 0
  const to = Math.min(parseDay(contract.to) ?? from, from + MAX_DAYS)
  const found: GuardPeriod[] = []
  let open: { readonly name: LocalizedText; readonly first: CivilDay } | undefined
  for (let day = from; names.length > 0 && day <= to + 1; day++) {
    const name = day > to || workDays.isWorkdayOn(day) ? undefined : workDays.nameOf(day)
    const isGuarded = name !== undefined && names.some((one) => name.zh.includes(one))
    if (open !== undefined && (!isGuarded || name.zh !== open.name.zh)) {
      found.push(toPeriod(open.name, open.first, day - 1, workDays))
      open = undefined
    }
    if (isGuarded) open ??= { name, first: day }
  }
  return found
}

function toPeriod(
  name: LocalizedText,
  first: CivilDay,
  last: CivilDay,
  workDays: WorkDays,
): GuardPeriod {
  return {
    name,
    from: formatDay(first),
    to: formatDay(last),
    fromMs: workDays.toEpoch(startOf(first)),
    toMs: workDays.toEpoch(startOf(last + 1)),
  }
}
