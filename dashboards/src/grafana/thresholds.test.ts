import { expect, test } from 'vitest'
import type { PackBound } from '../pack-rule.ts'
import { thresholdSteps } from './thresholds.ts'

function colourAt(value: number, bounds: readonly PackBound[]): string | undefined {
  const name = { zh: '', en: '' }
  const steps = thresholdSteps({ name, measurement: '', value: '', unit: 'count', bounds })
  return steps.findLast((step) => (step.value ?? -Infinity) <= value)?.color
}

test('a rule that rises: from its number on, or above it', () => {
  const bounds: PackBound[] = [
    { severity: 'warning', comparison: '>', bound: 0 },
    { severity: 'critical', comparison: '>=', bound: 5 },
  ]
  expect([0, 0.1, 4.9, 5].map((value) => colourAt(value, bounds))).toEqual([
    'green',
    'orange',
    'orange',
    'red',
  ])
})

test('a rule that falls: up to its number, or below it', () => {
  const bounds: PackBound[] = [
    { severity: 'warning', comparison: '<=', bound: 14 },
    { severity: 'critical', comparison: '<', bound: 3 },
  ]
  expect([2, 3, 14, 15].map((value) => colourAt(value, bounds))).toEqual([
    'red',
    'orange',
    'orange',
    'green',
  ])
})

test('without numbers all is calm', () => {
  expect(colourAt(1e9, [])).toBe('green')
})
