import { describe, expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import resource from './resource.ts'

const row = (name: string, current: unknown, max: unknown, limit: unknown) => ({
  RESOURCE_NAME: name,
  CURRENT_UTILIZATION: current,
  MAX_UTILIZATION: max,
  LIMIT_VALUE: limit,
})
const answer = (rows = [row('processes', 150, 290, '       300')]) =>
  new AnsweringOracle(oracleFacts(), { 'oracle.resource': rows })

describeProbe(resource, { open: async () => answer() })

describe('oracle.resource', () => {
  test('tells use and limit, which is a text with blanks before it', async () => {
    const { samples } = await sampleOnce(resource, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_resource',
        tags: { database: 'hcdb', instance: 'hcdb1', resource: 'processes' },
        fields: { current: 150, max: 290, limit: 300, used_percent: 50 },
      },
    ])
  })

  test.each([' UNLIMITED', 'UNLIMITED ', null])('has no limit where it is "%s"', async (limit) => {
    const { samples } = await sampleOnce(resource, answer([row('transactions', 3, 9, limit)]))
    expect(samples[0]?.fields).toEqual({
      current: 3,
      max: 9,
      limit: undefined,
      used_percent: undefined,
    })
  })

  test('does not divide by a limit of 0', async () => {
    const rows = [row('parallel_max_servers', 0, 0, '         0')]
    const { samples } = await sampleOnce(resource, answer(rows))
    expect(samples[0]?.fields).toMatchObject({ limit: 0, used_percent: undefined })
  })

  test('refuses a limit that is no number', async () => {
    const strange = answer([row('sessions', 1, 1, 'many')])
    await expect(sampleOnce(resource, strange)).rejects.toThrow(/LIMIT_VALUE/)
  })
})
