import type { Unit } from '@wardround/protocol'

interface KindFacts {
  /** Tags that tell one alert from another. */
  readonly identifying: readonly string[]
  /** What texts may show beside the value, the tags and the subject. */
  readonly shown: readonly string[]
  readonly unit: Unit
}

const CLOCK: KindFacts = {
  identifying: ['clock', 'incident'],
  shown: ['clock_zh', 'clock_en', 'about_zh', 'about_en', 'due', 'limit'],
  unit: 'percent',
}

/** What may be found, and what a rule may say of it. */
export const FINDING_KINDS: Readonly<Record<string, KindFacts>> = {
  expected_host_missing: { identifying: [], shown: ['expected_role'], unit: 'count' },
  expected_source_missing: { identifying: ['source'], shown: [], unit: 'count' },
  identity_differs: { identifying: ['what'], shown: ['expected', 'found'], unit: 'count' },
  expected_backup_missing: { identifying: ['job', 'copy'], shown: [], unit: 'count' },
  backup_schedule_differs: { identifying: ['job'], shown: ['expected'], unit: 'seconds' },
  expected_exchange_missing: {
    identifying: ['flow'],
    shown: ['name_zh', 'name_en'],
    unit: 'count',
  },
  exchange_units_differ: {
    identifying: ['flow'],
    shown: ['name_zh', 'name_en', 'expected'],
    unit: 'count',
  },
  expected_certificate_missing: { identifying: ['certificate'], shown: ['name'], unit: 'count' },
  certificate_ledger_due: {
    identifying: ['certificate'],
    shown: ['name', 'until', 'owner', 'renewal'],
    unit: 'count',
  },
  duty_understaffed: { identifying: [], shown: ['least'], unit: 'count' },
  roster_gap: { identifying: [], shown: ['from', 'to', 'least'], unit: 'count' },
  team_too_small: { identifying: [], shown: ['least'], unit: 'count' },
  counter_behind: {
    identifying: ['count'],
    shown: ['name_zh', 'name_en', 'progress'],
    unit: 'count',
  },
  counter_due: {
    identifying: ['count'],
    shown: ['name_zh', 'name_en', 'due', 'progress'],
    unit: 'percent',
  },
  holidays_unknown: { identifying: ['year'], shown: [], unit: 'count' },
  sla_clock: CLOCK,
  sla_breach: CLOCK,
}
