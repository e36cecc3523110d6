import { fileURLToPath } from 'node:url'
import { CATALOGUE } from '@wardround/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadRules } from '../../configuration/read-rules.ts'
import { intervalOf, toCatalogue, UNDECLARED, type Catalogue } from '../catalogue.ts'
import type { ReadValueRule } from '../values/compile-value-rule.ts'
import type { RuleSet } from '../compiled-rule.ts'
import { DIFFERENCES } from './differences.ts'
import { exportRules } from './export-rules.ts'
import { formatRuleFile } from './format-rule-file.ts'
import { disagreements, type Disagreement } from './testing/disagreements.ts'
import { explainDisagreement } from './testing/explain-disagreement.ts'
import { firingInEngine } from './testing/firing-in-engine.ts'
import {
  generateSeries,
  splitByTag,
  TROUBLES,
  type GeneratedSeries,
  type SeriesPlan,
} from './testing/generated-series.ts'
import {
  firingInPrometheus,
  isInstalled,
  PROMTOOL,
  type FiringAlert,
} from '../../testing/promtool.ts'

/** Rules that say what those of the default pack don't. */
const OWN_RULES = fileURLToPath(new URL('fixtures', import.meta.url))

const STEP = { steps: 720, stepSeconds: 10 }
const HOSTS_EACH = 3
/** Something else comes of each host at least so often. */
const ABSENCE_STEPS = 12

/** Points of the default pack's rules, with values on both sides of their numbers. */
const PLANS: readonly SeriesPlan[] = [
  {
    measurement: 'cpu',
    tags: { cpu: 'cpu-total' },
    fields: { usage_idle: [2, 8, 12, 18, 30, 60], usage_iowait: [0, 1] },
  },
  {
    measurement: 'net',
    tags: { interface: 'eth0' },
    fields: { err_in: [0, 0, 4, 10], err_out: [0, 0, 5] },
    counters: ['err_in', 'err_out'],
  },
  {
    measurement: 'kernel',
    tags: {},
    fields: { context_switches: [0, 10, 30] },
    counters: ['context_switches'],
  },
  { measurement: 'mem', tags: {}, fields: { available: [1e9, 5e9, 9e9] } },
  { measurement: 'linux_sysctl_fs', tags: {}, fields: { 'file-nr': [50, 60, 120] } },
  { measurement: 'bond', tags: { bond: 'b0' }, fields: { status: [0, 1] } },
  {
    measurement: 'disk',
    tags: { path: '/u01', device: 'sda1', fstype: 'xfs', mode: 'rw' },
    fields: {
      used_percent: [50, 78, 82, 88, 92, 96],
      free: [1e9, 10e9, 30e9],
      used: [0, 1e7, 3e8],
      total: [100e9],
      inodes_used_percent: [50, 82, 88, 92, 96],
    },
    counters: ['used'],
  },
  {
    measurement: 'system',
    tags: {},
    fields: { load5: [0, 3, 7, 9, 17], n_cpus: [4], uptime: [100, 1000] },
  },
  {
    measurement: 'systemd_units',
    tags: { name: 'x.service', load: 'loaded', sub: 'running' },
    fields: { active_code: [0, 3] },
    follows: { tag: 'active', field: 'active_code' },
  },
  {
    measurement: 'mysql_replica',
    tags: { instance: 'i', channel: 'c' },
    fields: {
      sql_running: [0, 1, 1],
      io_running: [0, 1, 1],
      seconds_behind: [0, 40, 70, 700],
      sql_delay: [0, 10],
    },
  },
  {
    measurement: 'oracle_tablespace',
    tags: { database: 'd', pdb: 'p', tablespace: 't', contents: 'PERMANENT' },
    fields: { used_percent_of_max: [50, 82, 88, 93, 97], status: [1] },
  },
]

const FULL_DISK = {
  measurement: 'disk',
  tags: { path: '/u01', device: 'sda1', fstype: 'xfs', mode: 'rw' },
  late: new Set<number>(),
}

/** What chance would seldom make. */
const CRAFTED: readonly GeneratedSeries[] = [
  {
    // critical by what is free, and only just a warning by what is used, when critical ends
    ...FULL_DISK,
    host: 'down',
    fields: {
      used_percent: [...Array<number>(140).fill(50), ...Array<number>(580).fill(88)],
      free: [...Array<number>(120).fill(1e9), ...Array<number>(600).fill(10e9)],
      total: Array<number>(720).fill(100e9),
    },
  },
  {
    // a line that is one: whoever draws it sees the same
    ...FULL_DISK,
    host: 'line',
    fields: {
      used: Array.from({ length: 720 }, (_, step) => 20e9 + step * 1e8),
      total: Array<number>(720).fill(100e9),
    },
  },
  {
    // something large that was there for five minutes
    ...FULL_DISK,
    host: 'odd',
    fields: {
      used: Array.from({ length: 720 }, (_, step) =>
        step >= 400 && step < 430 ? 80e9 : 20e9 + step,
      ),
      total: Array<number>(720).fill(100e9),
    },
  },
]

describe.skipIf(!isInstalled(PROMTOOL, '--version'))('our engine and the real Prometheus', () => {
  let rules: RuleSet
  let read: readonly ReadValueRule[]
  let points: readonly { plan: SeriesPlan; everySteps: number; series: GeneratedSeries }[]
  let ours: FiringAlert[]
  let theirs: FiringAlert[]
  let found: readonly (Disagreement & { readonly explained: string | undefined })[]

  beforeAll(async () => {
    const catalogue = toCatalogue(CATALOGUE)
    const loaded = await loadRules({ pack: 'full', directory: OWN_RULES }, catalogue)
    rules = { ...loaded.rules, silenceRules: [] }
    const watched = new Set(PLANS.map(({ measurement }) => measurement))
    read = loaded.read.filter(({ measurement }) => watched.has(measurement.name))
    points = PLANS.flatMap((plan, number) =>
      TROUBLES.flatMap((trouble) =>
        Array.from({ length: HOSTS_EACH }, (_, index) => {
          const facts = catalogue.measurement(plan.measurement) ?? UNDECLARED
          const everySeconds = intervalOf(facts, Object.keys(plan.fields))
          const everySteps = Math.max(1, everySeconds / STEP.stepSeconds)
          const span = { steps: STEP.steps, everySteps }
          const series = generateSeries(
            plan,
            `${trouble}${index}`,
            span,
            trouble,
            1000 * number + index,
          )
          return { plan, everySteps, series }
        }),
      ),
    ).concat(CRAFTED.map((series) => ({ plan: { ...series, fields: {} }, everySteps: 1, series })))
    const series = points.flatMap(({ plan, series: one }) =>
      plan.follows === undefined ? [one] : splitByTag(one, plan.follows),
    )
    ours = firingInEngine(rules, series, STEP)
    theirs = await firingInPrometheus(withoutTexts(rules, read, catalogue), series, STEP)
    found = disagreements(ours, theirs, STEP.steps).map((each) => ({
      ...each,
      explained: explain(each),
    }))
  })

  function explain(seen: Disagreement): string | undefined {
    const rule = read.find(({ definition }) => definition.id === seen.alertname)
    const absence = rules.absenceRules.find(({ id }) => id === seen.alertname)
    const measurement = absence?.measurement ?? rule?.measurement.name
    const point = points.find(
      ({ series }) => series.host === seen.host && series.measurement === measurement,
    )
    if (absence !== undefined)
      return seen.steps <= ABSENCE_STEPS || isHardlySeen(point?.series, seen.fromStep)
        ? 'absence'
        : undefined
    if (rule === undefined || point === undefined) return undefined
    const { series, plan, everySteps } = point
    const tagChanges = changesOf(series.fields[plan.follows?.field ?? ''] ?? [])
    return explainDisagreement(seen, {
      rule,
      series,
      tagChanges,
      everySteps,
      stepSeconds: STEP.stepSeconds,
    })
  }

  test('differ nowhere but in ways that are known', () => {
    expect(found.filter(({ explained }) => explained === undefined)).toEqual([])
  })

  test('differ in every way that is said to be met', () => {
    const met = new Set(found.map(({ explained }) => explained))
    expect(DIFFERENCES.filter(({ id, isMet }) => isMet && !met.has(id))).toEqual([])
    expect(DIFFERENCES.filter(({ id, isMet }) => !isMet && met.has(id))).toEqual([])
  })

  test('see the same line where there is one', () => {
    expect(found.filter(({ host }) => host === 'line')).toEqual([])
    expect(
      ours.some(({ host, alertname }) => host === 'line' && alertname === 'diff_forecast'),
    ).toBe(true)
  })

  test('agree on hundreds of alerts that begin, change and end', () => {
    expect(changeCount(ours)).toBeGreaterThan(300)
    expect(changeCount(theirs)).toBeGreaterThan(300)
    expect(found.length).toBeLessThan(changeCount(ours) / 2)
  })
})

/** Texts ask Prometheus for numbers at every evaluation, and make no alert fire. */
function withoutTexts(
  { definitions, absenceRules }: RuleSet,
  read: readonly ReadValueRule[],
  catalogue: Catalogue,
): string {
  const watched = new Set(PLANS.map(({ measurement }) => measurement))
  const absences = absenceRules.filter(({ measurement }) => watched.has(measurement))
  const ids = new Set([
    ...read.map(({ definition }) => definition.id),
    ...absences.map(({ id }) => id),
  ])
  const rules = {
    definitions: new Map([...definitions].filter(([id]) => ids.has(id))),
    absenceRules: absences,
  }
  const { groups } = exportRules({ rules, read, catalogue }, 'en')
  const plain = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, annotations: {} })),
  }))
  return formatRuleFile({ groups: plain, unsaid: [] }, 'en')
}

/** Whether so few samples came before that nobody knows how often more do. */
function isHardlySeen(series: GeneratedSeries | undefined, fromStep: number): boolean {
  const came = Object.values(series?.fields ?? {}).map(
    (values) =>
      values.filter(
        (value, step) => step < fromStep && value !== undefined && series?.late.has(step) !== true,
      ).length,
  )
  return Math.max(0, ...came) < 3
}

function changesOf(values: readonly (number | undefined)[]): number[] {
  let before: number | undefined
  return values.flatMap((value, step) => {
    if (value === undefined || value === before) return []
    before = value
    return [step]
  })
}

/** How often what fires in some severity became another thing. */
function changeCount(alerts: readonly FiringAlert[]): number {
  const stretches = new Set(
    alerts.map(({ alertname, host, severity, step }) => `${alertname} ${host} ${severity} ${step}`),
  )
  return alerts.filter(
    ({ alertname, host, severity, step }) =>
      !stretches.has(`${alertname} ${host} ${severity} ${step - 1}`),
  ).length
}
