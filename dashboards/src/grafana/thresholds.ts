import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Colour } from '../panel.ts'
import type { PackBound, PackRule, Severity } from '../pack-rule.ts'

export const SEVERITY_COLOURS: Readonly<Record<Severity, Colour>> = {
  info: 'blue',
  warning: 'orange',
  critical: 'red',
}

/** What nothing is said against. */
const CALM: Colour = 'green'

/** Grafana's steps for a rule's numbers: a colour holds from its step's number on, upwards. Without bounds all is calm. */
export function thresholdSteps(rule: PackRule | undefined): Threshold[] {
  const bounds = rule?.bounds ?? []
  const rising = bounds.filter(({ comparison }) => comparison.startsWith('>'))
  if (rising.length > 0) {
    return [step(null, CALM), ...rising.map((bound) => step(startOf(bound), colourOf(bound)))]
  }
  // Lowest first: the worst colour reaches up to its bound, where the next begins.
  const falling = bounds.toSorted((a, b) => a.bound - b.bound)
  const [worst] = falling
  if (worst === undefined) return [step(null, CALM)]
  const after = falling.map((bound, at) => {
    const next = falling[at + 1]
    return step(startOf(bound), next === undefined ? CALM : colourOf(next))
  })
  return [step(null, colourOf(worst)), ...after]
}

export function toThresholds(rule: PackRule | undefined): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholdSteps(rule))
}

function step(value: number | null, color: Colour): Threshold {
  return { value, color }
}

function colourOf({ severity }: PackBound): Colour {
  return SEVERITY_COLOURS[severity]
}

/** A step holds from its number on: where the bound itself is still on the lower side, it begins a billionth later. */
function startOf({ comparison, bound }: PackBound): number {
  const isIncluded = comparison === '>=' || comparison === '<'
  return isIncluded ? bound : bound + Math.max(1, Math.abs(bound)) * 1e-9
}
