import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { generateBoards, panelsOf, shownOf } from '@wardround/dashboards'
import type { GeneratedBoard, Shown } from '@wardround/dashboards'
import { CATALOGUE } from '@wardround/protocol'
import { windowedOf } from '@wardround/query'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const GENERATED = generateBoards()

/** Boards that others already lead to and that are still to come. */
const AWAITED: readonly string[] = []

const UNITS = new Set<unknown>(Object.values(units))
const COLOURS = { info: 'blue', warning: 'orange', critical: 'red' } as const

/** Every pair of a panel as its board says it and as it is in the JSON. */
function panelPairs({ board, dashboard }: GeneratedBoard) {
  const written = panelsOf(dashboard)
  return board.sections
    .flatMap(({ panels }) => panels)
    .map((panel, at) => ({ panel, written: written[at]!.panel, targets: written[at]!.targets }))
}

/** The properties that hold for one query of a panel: the panel's own, and what overrides say of it. */
function propertiesOf(
  pair: ReturnType<typeof panelPairs>[number],
  at: number,
): Map<string, unknown> {
  const { defaults = {}, overrides = [] } = pair.written.fieldConfig ?? {}
  const refId = pair.targets[at]!.refId
  const names = [refId, `Value #${refId}`, ...(pair.targets.length === 1 ? ['Value'] : [])]
  const own = overrides.filter(({ matcher }) => names.includes(String(matcher.options)))
  return new Map([
    ...Object.entries(defaults),
    ...own.flatMap(({ properties }) => properties.map(({ id, value }) => [id, value] as const)),
  ])
}

function* everyShown(
  one: GeneratedBoard,
): Generator<{ shown: Shown; title: string; properties: Map<string, unknown> }> {
  for (const pair of panelPairs(one)) {
    for (const [at, shown] of shownOf(pair.panel).entries())
      yield { shown, title: pair.panel.title.en, properties: propertiesOf(pair, at) }
  }
}

describe.each(GENERATED)('$path', (one) => {
  const { dashboard, board, edition, path } = one

  test('is the file that is committed', () => {
    const committed: unknown = JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
    expect(committed).toEqual(JSON.parse(JSON.stringify(dashboard)))
  })

  test('has a name for ever, no number, and what every board has', () => {
    expect(board.uid.length).toBeLessThanOrEqual(40)
    expect(dashboard).toMatchObject({
      uid: board.uid,
      id: null,
      graphTooltip: 1,
      timezone: 'browser',
      refresh: '1m',
      tags: ['wardround'],
    })
    expect(dashboard.links?.[0]).toMatchObject({
      asDropdown: true,
      includeVars: true,
      keepTime: true,
      tags: ['wardround'],
    })
    const names = dashboard.templating?.list?.map(({ name }) => name)
    expect(names).toEqual(['ds', 'project', 'role', 'host', 'instance'])
    for (const variable of dashboard.templating?.list?.slice(1) ?? [])
      expect(variable).toMatchObject({ multi: true, includeAll: true, refresh: 2 })
  })

  test('numbers each panel once, and no two share a place', () => {
    const panels = dashboard.panels ?? []
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const taken = new Set<string>()
    for (const { gridPos, title } of panels) {
      expect(gridPos, title).toBeDefined()
      const { x, y, w, h } = gridPos!
      expect(x + w, title).toBeLessThanOrEqual(24)
      for (let row = y; row < y + h; row++) {
        for (let column = x; column < x + w; column++) {
          expect(taken.has(`${row} ${column}`), `${title} at ${row} ${column}`).toBe(false)
          taken.add(`${row} ${column}`)
        }
      }
    }
  })

  test('says in its language what each panel is, and what a bad value means', () => {
    // The name of a product is the same in both.
    if (!/[一-鿿]/.test(board.title.zh)) expect(board.title.zh).toBe(board.title.en)
    for (const { panel, written } of panelPairs(one)) {
      expect(written.title).toBe(panel.title[edition.language])
      expect(written.description).toBe(panel.description[edition.language])
      expect(panel.description.zh.length, panel.title.en).toBeGreaterThan(15)
      expect(panel.description.en.length, panel.title.en).toBeGreaterThan(40)
      expect(panel.description.zh, panel.title.en).toMatch(/[一-鿿]/)
      expect(panel.description.en, panel.title.en).not.toMatch(/[一-鿿]/)
      expect(panel.title.en).not.toMatch(/[一-鿿]/)
    }
  })

  test('names no data source but the one that is chosen', () => {
    const sources = [...JSON.stringify(dashboard).matchAll(/"uid":"([^"]*)"/g)].map(
      ([, uid]) => uid,
    )
    const others = sources.filter(
      (uid) => uid !== '${ds}' && uid !== '-- Grafana --' && uid !== board.uid,
    )
    expect(others).toEqual([])
    for (const { written } of panelPairs(one)) {
      expect(written.datasource?.uid).toBe('${ds}')
      for (const target of written.targets ?? [])
        expect(target).toMatchObject({ datasource: { uid: '${ds}' } })
    }
  })

  test('uses variables that there are, and those that are to choose', () => {
    const known = new Set([
      'ds',
      'project',
      'role',
      'host',
      'instance',
      'timeFilter',
      '__interval',
      '__rate_interval',
      '__range',
      '__url_time_range',
      '__data',
      '__field',
    ])
    const text = JSON.stringify(dashboard.panels)
    const used = [...text.matchAll(/\$\{?(\w+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith('tag_'))
    expect(used.filter((name) => !known.has(name))).toEqual([])
    for (const { targets, panel } of panelPairs(one)) {
      for (const { statement } of targets)
        for (const name of ['project', 'role', 'host'])
          expect(statement, panel.title.en).toMatch(new RegExp(`\\$\\{?${name}\\b`))
    }
  })

  test('asks for what the catalogue declares, by tags that it has', () => {
    for (const {
      shown: { query },
      title,
    } of everyShown(one)) {
      const declared = CATALOGUE.filter(({ measurements }) => query.measurement in measurements)
      const fields = declared.flatMap(({ measurements }) =>
        Object.keys(measurements[query.measurement]?.fields ?? {}),
      )
      const tags = declared.flatMap(({ measurements }) => {
        const { identifyingTags = [], descriptiveTags = [] } = measurements[query.measurement] ?? {}
        return [...identifyingTags, ...descriptiveTags]
      })
      for (const { field } of windowedOf(query.value))
        expect(fields, `${title}: ${query.measurement}`).toContain(field)
      for (const tag of [...query.groupBy, ...(query.where ?? []).map((filter) => filter.tag)])
        expect([...tags, 'host', 'project', 'role'], `${title}: ${query.measurement}`).toContain(
          tag,
        )
    }
  })

  test('gives each number a unit of Grafana and each series a name', () => {
    for (const { shown, title, properties } of everyShown(one)) {
      const unit = String(properties.get('unit'))
      expect(UNITS.has(unit) || unit.startsWith('suffix:'), `${title}: ${unit}`).toBe(true)
      if (shown.query.groupBy.length === 0) expect(shown.label, title).toBeDefined()
    }
  })

  test('leads to boards that there are', () => {
    const uids = new Set<string>([...GENERATED.map((other) => other.board.uid), ...AWAITED])
    const targets = [...JSON.stringify(dashboard).matchAll(/\/d\/([\w-]+)\?/g)].map(
      ([, uid]) => uid!,
    )
    expect(targets.filter((uid) => !uids.has(uid))).toEqual([])
    expect(AWAITED.filter((uid) => GENERATED.some((other) => other.board.uid === uid))).toEqual([])
  })

  test("has the rule pack's numbers for its colours", () => {
    for (const { shown, title, properties } of everyShown(one)) {
      if (shown.rule === undefined) continue
      const wanted = packLevels(shown.rule)
      const thresholds = properties.get('thresholds') as {
        steps: { value: number | null; color: string }[]
      }
      const mappings = (properties.get('mappings') ?? []) as {
        options: Record<string, { color: string }>
      }[]
      if (mappings.length > 0) {
        for (const { severity, equals } of wanted) {
          // Of a state that raises two severities, the worse.
          if (
            equals === undefined ||
            wanted.findLast((level) => level.equals === equals)?.severity !== severity
          )
            continue
          expect(mappings[0]!.options[equals]!.color, `${title}: ${shown.rule}`).toBe(
            COLOURS[severity],
          )
        }
        continue
      }
      const steps = thresholds.steps.filter(({ value }) => value !== null)
      const numbers = wanted.map(({ bound }) => bound!).toSorted((a, b) => a - b)
      expect(steps.length, `${title}: ${shown.rule}`).toBe(numbers.length)
      for (const [at, number] of numbers.entries())
        expect(Math.abs(steps[at]!.value! - number), shown.rule).toBeLessThanOrEqual(
          1e-8 * Math.max(1, Math.abs(number)),
        )
      for (const { severity, bound, isRising } of wanted) {
        const colourAt = (value: number) =>
          thresholds.steps.findLast((step) => (step.value ?? -Infinity) <= value)!.color
        const beyond = bound! + (isRising ? 1 : -1) * Math.max(1e-6, Math.abs(bound!) * 1e-6)
        expect(colourAt(beyond), `${title}: ${shown.rule}`).toBe(COLOURS[severity])
      }
    }
  })
})

test('no two boards share a name', () => {
  const uids = new Set(GENERATED.map(({ board }) => board.uid))
  expect(uids.size * 4).toBe(GENERATED.length)
})

interface PackLevel {
  readonly severity: keyof typeof COLOURS
  readonly bound?: number
  readonly isRising?: boolean
  readonly equals?: number
}

type WrittenLevel = Partial<
  Record<'above' | 'atLeast' | 'below' | 'atMost' | 'equals', number | string>
>
type WrittenRule = { id: string; value?: string } & Partial<
  Record<keyof typeof COLOURS, WrittenLevel>
>

const FACTORS: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: 86_400,
  MB: 1e6,
  GB: 1e9,
  '': 1,
}

/** A rule's levels, read from the pack's YAML itself. */
function packLevels(id: string): PackLevel[] {
  const rule = PACK.find((one) => one.id === id)
  expect(rule, id).toBeDefined()
  return (['info', 'warning', 'critical'] as const).flatMap((severity): PackLevel[] => {
    const level = rule?.[severity]
    if (level === undefined) return []
    if (level.equals !== undefined) return [{ severity, equals: Number(level.equals) }]
    const rising = level.atLeast ?? level.above
    const written = rising ?? level.atMost ?? level.below
    const [, number = '', unit = ''] = /^(-?[\d.]+)\s*(\w*)$/.exec(String(written)) ?? []
    return [{ severity, bound: Number(number) * FACTORS[unit]!, isRising: rising !== undefined }]
  })
}

const PACK: readonly WrittenRule[] = globSync('collector/rules/*.yaml', { cwd: ROOT }).flatMap(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own schema is checked elsewhere
  (file) =>
    (parse(readFileSync(join(ROOT, file), 'utf8')) as { rules?: WrittenRule[] }).rules ?? [],
)
