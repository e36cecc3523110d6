import type { Unit } from '@wardround/protocol'
import type { TransitionReason } from '../alert.ts'

interface KindFacts {
  /** Tags that tell one alert from another. */
  readonly identifying: readonly string[]
  /** What texts may show beside the value, the tags, the subject and the project. */
  readonly shown: readonly string[]
  readonly unit: Unit
  /** What it warns of has come: a finding of that kind on the same host, with the same value of the tag. */
  readonly replacedBy?: { readonly kind: string; readonly tag: string }
  /** Why its alert ends when it is found no longer; default condition. */
  readonly endsAs?: TransitionReason
  /** It is about this moment, not about what was left behind: also where the first look at its project finds it, it is told at once. */
  readonly isOfNow?: true
  /** Nobody says so before something had the time to come: what is found within an hour of the first look was so then. */
  readonly isWaitedFor?: true
}

const ABOUT = ['about_zh', 'about_en'] as const
const NAME = ['name_zh', 'name_en'] as const

/** What may be found, and what a rule may say of it. */
export const FINDING_KINDS: Readonly<Record<string, KindFacts>> = {
  expected_host_missing: {
    identifying: [],
    shown: ['expected_role'],
    unit: 'count',
    isWaitedFor: true,
  },
  expected_source_missing: { identifying: ['source'], shown: [], unit: 'count', isWaitedFor: true },
  identity_differs: {
    identifying: ['what'],
    shown: ['what_zh', 'what_en', 'found', 'expected_zh', 'expected_en'],
    unit: 'count',
  },
  expected_backup_missing: {
    identifying: ['job', 'copy'],
    shown: [],
    unit: 'count',
    isWaitedFor: true,
  },
  backup_schedule_differs: {
    identifying: ['job'],
    shown: ['expected_zh', 'expected_en'],
    unit: 'seconds',
  },
  expected_exchange_missing: {
    identifying: ['flow'],
    shown: NAME,
    unit: 'count',
    isWaitedFor: true,
  },
  exchange_units_differ: { identifying: ['flow'], shown: [...NAME, 'expected'], unit: 'count' },
  expected_certificate_missing: {
    identifying: ['certificate'],
    shown: ['name'],
    unit: 'count',
    isWaitedFor: true,
  },
  certificate_ledger_due: {
    identifying: ['certificate'],
    shown: ['name', 'until', 'owner', 'renewal'],
    unit: 'count',
    replacedBy: { kind: 'certificate_ledger_expired', tag: 'certificate' },
  },
  certificate_ledger_expired: {
    identifying: ['certificate'],
    shown: ['name', 'until', 'owner', 'renewal'],
    unit: 'count',
  },
  duty_understaffed: { identifying: [], shown: ['least'], unit: 'count', isOfNow: true },
  roster_gap: { identifying: [], shown: ['from', 'to', 'least'], unit: 'count' },
  team_too_small: { identifying: [], shown: ['least'], unit: 'count' },
  counter_behind: {
    identifying: ['count'],
    shown: [...NAME, 'progress'],
    unit: 'count',
    replacedBy: { kind: 'counter_overdue', tag: 'count' },
  },
  counter_due: {
    identifying: ['count'],
    shown: [...NAME, 'due', 'progress'],
    unit: 'percent',
    replacedBy: { kind: 'counter_overdue', tag: 'count' },
  },
  counter_overdue: {
    identifying: ['count'],
    shown: [...NAME, 'due', 'progress'],
    unit: 'count',
  },
  contract_ended: { identifying: [], shown: ['until'], unit: 'count' },
  guard_period: {
    identifying: ['period'],
    shown: [...NAME, 'from', 'to', 'least'],
    unit: 'count',
    endsAs: 'over',
  },
  holidays_unknown: { identifying: ['year'], shown: [], unit: 'count' },
  sla_clock: {
    identifying: ['incident'],
    shown: [...ABOUT, 'clocks_zh', 'clocks_en'],
    unit: 'percent',
    replacedBy: { kind: 'sla_breach', tag: 'incident' },
    endsAs: 'stopped',
    isOfNow: true,
  },
  sla_breach: {
    identifying: ['clock', 'incident'],
    shown: [...ABOUT, 'clock_zh', 'clock_en', 'due', 'limit_zh', 'limit_en'],
    unit: 'percent',
    endsAs: 'stopped',
    isOfNow: true,
  },
}

/** May stand in texts of every kind. */
export const PROJECT_NAMES = ['project_zh', 'project_en'] as const
