import { describe, expect, test } from 'vitest'
import { generateBoards } from '../editions.ts'
import type { Dialect } from '../grafana/language.ts'
import { fillIn } from './fill-in.ts'
import { panelsOf } from './panels-of.ts'

const HOUR_MS = 3_600_000
const SITUATION = {
  fromMs: 0,
  toMs: 6 * HOUR_MS,
  maxDataPoints: 1000,
  variables: { ds: 'all', project: 'all', role: 'all', host: ['db.1', 'db2'], instance: 'all' },
} as const

/** The first query of the host board's panel of this title. */
function asked(
  dialect: Dialect,
  title: string,
  situation: Parameters<typeof fillIn>[2] = SITUATION,
) {
  const generated = generateBoards().find(
    ({ board, edition }) =>
      board.uid === 'wardround-host' && edition.dialect === dialect && edition.language === 'en',
  )
  const found = panelsOf(generated!.dashboard).find(({ panel }) => panel.title === title)
  return fillIn(found!, found!.targets[0]!, situation)
}

describe('a query is filled in as Grafana does it', () => {
  test('in InfluxQL: time, window and chosen hosts, whose dots mean dots', () => {
    const { statement, stepMs, isInstant } = asked('influxql', 'CPU use')
    expect(statement).toContain('time >= 0ms and time <= 21600000ms')
    expect(statement).toContain('GROUP BY time(30s), "host"')
    expect(statement).toContain(String.raw`("host"::tag =~ /^(db\.1|db2)$/)`)
    expect(statement).toContain('("project"::tag =~ /^.*$/)')
    expect({ stepMs, isInstant }).toEqual({ stepMs: 30_000, isInstant: false })
  })

  test('in PromQL: a backslash is written twice, and a rate looks back four of the shortest windows', () => {
    const { statement } = asked('promql', 'Network')
    expect(statement).toContain(String.raw`host=~"(db\\.1|db2)"`)
    // Some hosts' interfaces are polled once a minute.
    expect(statement).toContain('[240s]')
    expect(statement).not.toContain('$')
  })

  test('a window is never shorter than two intervals of the probe', () => {
    const { stepMs } = asked('promql', 'CPU use', { ...SITUATION, toMs: 600_000 })
    expect(stepMs).toBe(20_000)
  })

  test('what is so now looks back its own time', () => {
    const { statement, fromMs, isInstant } = asked('influxql', 'Up for')
    expect({ fromMs, isInstant }).toEqual({ fromMs: 6 * HOUR_MS - 300_000, isInstant: true })
    expect(statement).not.toContain('time(')
    expect(asked('promql', 'Up for').statement).toContain('[300s]')
  })

  test('a variable that nobody has chosen of is an error', () => {
    const variables = { project: 'all', role: 'all' } as const
    expect(() => asked('promql', 'CPU use', { ...SITUATION, variables })).toThrow(
      'there is no variable "host"',
    )
  })
})
