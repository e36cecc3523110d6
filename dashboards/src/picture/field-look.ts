import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'

/** How Grafana shows a field: the panel's defaults, and what overrides them for it. */
export interface FieldLook {
  readonly displayName: string | undefined
  readonly unit: string
  readonly steps: readonly Step[]
  /** Words and colours of single values. */
  readonly mappings: ReadonlyMap<string, Mapping>
  readonly isColouredCell: boolean
}

interface Step {
  readonly value: number | null
  readonly color: string
}

interface Mapping {
  readonly text: string | undefined
  readonly color: string | undefined
}

interface WrittenMapping {
  readonly type: string
  readonly options?: Readonly<Record<string, Mapping>>
}

/** How a field is shown: of a table by its column's name, else by its query. */
export function lookOf({ fieldConfig }: Panel, name: string, refId: string): FieldLook {
  const properties = new Map<string, unknown>()
  for (const { matcher, properties: own } of fieldConfig?.overrides ?? []) {
    const isMeant =
      (matcher.id === 'byName' && matcher.options === name) ||
      (matcher.id === 'byFrameRefID' && matcher.options === refId)
    if (isMeant) for (const { id, value } of own) properties.set(id, value)
  }
  const defaults = fieldConfig?.defaults
  const cell = properties.get('custom.cellOptions')
  return {
    displayName: asText(properties.get('displayName')),
    unit: asText(properties.get('unit')) ?? defaults?.unit ?? 'none',
    steps: stepsOf(properties.get('thresholds') ?? defaults?.thresholds),
    mappings: mappingsOf(properties.get('mappings') ?? defaults?.mappings),
    isColouredCell: cell !== undefined,
  }
}

/** Its colour by the value's own words, else by the highest step that it reaches. */
export function colourOf({ mappings, steps }: FieldLook, value: number): string {
  const own = mappings.get(String(value))?.color
  if (own !== undefined) return own
  return steps.findLast((step) => step.value === null || step.value <= value)?.color ?? 'green'
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function stepsOf(thresholds: unknown): readonly Step[] {
  if (typeof thresholds !== 'object' || thresholds === null || !('steps' in thresholds)) return []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by thresholds.ts
  return thresholds.steps as readonly Step[]
}

function mappingsOf(written: unknown): Map<string, Mapping> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by mappings.ts
  const list = (written ?? []) as readonly WrittenMapping[]
  return new Map(
    list
      .filter(({ type }) => type === 'value')
      .flatMap(({ options = {} }) => Object.entries(options)),
  )
}
