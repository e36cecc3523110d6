import { expect, test } from 'vitest'
import { describeSpan, describeThreshold } from './describe-threshold.ts'

const states = {
  1: { zh: '在线', en: 'online' },
  2: { zh: '降级', en: 'degraded' },
}

test.each([
  [{ comparison: '>=', bound: 85 }, 'percent', '≥ 85%', '≥ 85%'],
  [{ comparison: '<', bound: 20e9 }, 'bytes', '< 20 GB', '< 20 GB'],
  [{ comparison: '<=', bound: 600 }, 'seconds', '≤ 10 分钟', '≤ 10 min'],
  [{ comparison: '!=', bound: 1 }, 'state', '≠ 在线', '≠ online'],
  [{ comparison: '==', bound: 0 }, 'boolean', '= 否', '= no'],
  [{ comparison: 'in', states: [2, 7] }, 'state', '降级、7', 'degraded, 7'],
  [{ comparison: 'notIn', states: [1, 2] }, 'state', '非 在线、降级', 'not online, degraded'],
] as const)('%o of %s is %s', (threshold, unit, zh, en) => {
  expect(describeThreshold(threshold, unit, unit === 'state' ? states : undefined)).toEqual({
    zh,
    en,
  })
})

test('silence says for how long, and nothing where there is no time', () => {
  expect(describeSpan({ forMs: 180_000 })).toEqual({ zh: '≥ 3 分钟', en: '≥ 3 min' })
  expect(describeSpan({ forMs: 0 })).toBeUndefined()
})
