import type { BoardPanel, BoardTarget } from './panels-of.ts'

/** What Grafana knows when it asks: the time that is shown, how wide a panel is, what is chosen. */
export interface Situation {
  readonly fromMs: number
  readonly toMs: number
  /** As many windows as a panel has room for. */
  readonly maxDataPoints: number
  /** The chosen values of each variable; `all`: every one. */
  readonly variables: Readonly<Record<string, readonly string[] | 'all'>>
}

/** A query as it is sent. */
export interface FilledIn {
  readonly statement: string
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly isInstant: boolean
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }

/** Lengths that Grafana rounds its interval up to. */
const ROUND_SECONDS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  86_400,
]

/** What Grafana sends for a query of a panel: its macros and variables filled in as its data sources do. */
export function fillIn(
  { panel }: Pick<BoardPanel, 'panel'>,
  target: BoardTarget,
  situation: Situation,
): FilledIn {
  const { toMs, maxDataPoints } = situation
  const fromMs =
    panel.timeFrom === undefined ? situation.fromMs : toMs - toMilliseconds(panel.timeFrom)
  const leastMs = panel.interval === undefined ? 1000 : toMilliseconds(panel.interval)
  const stepMs = Math.max(leastMs, roundedUp((toMs - fromMs) / maxDataPoints))
  const macros: Readonly<Record<string, string>> = {
    timeFilter: `time >= ${fromMs}ms and time <= ${toMs}ms`,
    __interval: `${stepMs / 1000}s`,
    __rate_interval: `${Math.max(stepMs + leastMs, 4 * leastMs) / 1000}s`,
    __range: `${Math.round((toMs - fromMs) / 1000)}s`,
  }
  const statement = target.statement.replaceAll(
    /\$\{(\w+):regex\}|\$(\w+)/g,
    (_, asExpression: string | undefined, name: string | undefined) =>
      asExpression === undefined
        ? (macros[name!] ?? inPromql(chosen(situation, name!)))
        : asRegex(chosen(situation, asExpression)),
  )
  return { statement, fromMs, toMs, stepMs, isInstant: target.isInstant }
}

/** `10m` → 600000. */
export function toMilliseconds(duration: string): number {
  const [, number = '', unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? []
  const unitMs = UNITS_MS[unit]
  if (unitMs === undefined) throw new Error(`"${duration}" is no length of time`)
  return Number(number) * unitMs
}

function roundedUp(lengthMs: number): number {
  const seconds = ROUND_SECONDS.find((one) => one * 1000 >= lengthMs)
  return (seconds ?? 86_400) * 1000
}

function chosen({ variables }: Situation, name: string): readonly string[] | 'all' {
  const values = variables[name]
  if (values === undefined) throw new Error(`there is no variable "${name}"`)
  return values
}

/** Every value is chosen by the variable's own expression for that, as it is. */
function asRegex(values: readonly string[] | 'all'): string {
  if (values === 'all') return '.*'
  const quoted = values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`))
  return quoted.length === 1 ? quoted[0]! : `(${quoted.join('|')})`
}

/** In the quotes of PromQL a backslash is written twice. */
function inPromql(values: readonly string[] | 'all'): string {
  return asRegex(values).replaceAll('\\', String.raw`\\`)
}
