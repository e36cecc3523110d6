import { quoteRe2 } from '@wardround/query'
import { MIN_INTERVALS } from '../absence/point-paces.ts'
import type { AbsenceRule, LevelTiming } from '../compiled-rule.ts'
import type { RuleMeasurement } from '../language/rule-measurement.ts'
import type { AlertTiming } from './alert-expression.ts'
import { metricSelector, quote } from './metric-selector.ts'
import type { PointSource } from './point-source.ts'
import { formatPromDuration } from './prom-duration.ts'

const DAY_MS = 86_400_000

/**
 * A point that was seen and is no more, at one severity: nothing came of it for so long (and for three intervals of the probe that comes seldomest), and something did within a day (or twice as long). The value
 * is how long Prometheus has had none, in seconds: up to five minutes less than it is.
 */
export function absenceExpression(
  { field }: AbsenceRule,
  { forMs, clearSamples }: LevelTiming,
  measurement: RuleMeasurement,
  source: PointSource,
): AlertTiming {
  const series = seriesOf(field, measurement, source)
  const by = `max by (${source.labels.join(', ')})`
  const missingMs = Math.max(forMs, MIN_INTERVALS * source.everyMs)
  const memory = formatPromDuration(Math.max(DAY_MS, 2 * missingMs))
  const keepMs = (clearSamples - 1) * source.everyMs
  return {
    expr: [
      `(time() - max_over_time(timestamp(${by} (${series}))[${memory}:1m]))`,
      `unless ${by} (last_over_time(${series}[${formatPromDuration(missingMs)}]))`,
    ].join('\n'),
    ...(keepMs > 0 && { keep_firing_for: formatPromDuration(keepMs) }),
  }
}

/** The one field that is watched, or every field that the measurement has. */
function seriesOf(
  field: string | undefined,
  { name, facts }: RuleMeasurement,
  { matchers }: PointSource,
): string {
  if (field !== undefined) return metricSelector(`${name}_${field}`, matchers)
  const names = Object.keys(facts.fields).map((each) => quoteRe2(`${name}_${each}`))
  return `{${[`__name__=~${quote(names.join('|'))}`, ...matchers].join(',')}}`
}
