import { expect, test } from 'vitest'
import type { Point } from '../rules/testing/sample-feed.ts'
import { Night } from './testing/night.ts'
import { aProject } from './testing/a-project.ts'

// A database server dies at night; another host pings it and looks at its ports and its page.

const PROJECT = `name: {zh: 病原微生物实验室系统, en: Laboratories}
hosts:
  - {name: web-1, role: app, sources: []}
  - {name: db-1, role: db, sources: []}
duty:
  people: [{id: a, name: 值班甲}]
  shifts: [{hours: '00:00-24:00', who: [a]}]`

const NOTIFY = `notify:
  route:
    channels: [duty]
    escalation: [{after: 15m, channels: [duty]}]`

function checksOf(isUp: boolean): Point[] {
  const result = { result_code: isUp ? 0 : 1 }
  const tcp = (port: string): Point => ({
    measurement: 'net_response',
    tags: { server: 'db-1', port, protocol: 'tcp' },
    fields: result,
  })
  return [
    { measurement: 'system', fields: { load1: 0.1, n_cpus: 4 } },
    {
      measurement: 'ping',
      tags: { url: 'db-1', name: 'db-1' },
      fields: { percent_packet_loss: isUp ? 0 : 100 },
    },
    tcp('1521'),
    tcp('22'),
    {
      measurement: 'http_response',
      tags: { server: 'http://db-1:8080/app', method: 'GET' },
      fields: { ...result, http_response_code: isUp ? 200 : 0 },
    },
  ]
}

test('a dead host is told once, and at escalation as the cause of all that is seen of it from elsewhere, with the minutes of then', async () => {
  const night = await Night.begin(aProject(PROJECT), '2026-11-20T01:30', NOTIFY)
  let isUp = true
  const live = [{ measurement: 'system', fields: { load1: 0.1, n_cpus: 4 } }]
  night.sends.set('db-1', () => live)
  night.sends.set('web-1', () => checksOf(isUp))
  night.pass(30)
  expect(night.read()).toEqual([])

  isUp = false
  night.sends.delete('db-1')
  night.pass(10)
  const [first, ...more] = night.read()
  expect(first).toContain('【严重】采集代理失联 · db-1')
  expect(first).toContain('已 3 分钟未收到 db-1')
  expect(more).toEqual([])
  expect(night.firing()).toEqual([
    'agent_offline@db-1',
    'http_failed@web-1 (muted)',
    'ping_lost@web-1 (muted)',
    'tcp_unreachable@web-1 (muted)',
    'tcp_unreachable@web-1 (muted)',
  ])

  night.pass(10)
  const [escalated, ...others] = night.read()
  expect(escalated).toMatch(
    /【严重·升级 1】采集代理失联 · db-1\n现象：已 18(\.\d)? 分钟未收到 db-1/,
  )
  expect(escalated).toContain('关联：另有 4 条告警因它而不再单独通知')
  expect(others).toEqual([])
})

test('where the host answers ping its agent alone has stopped: a port that does not answer is told', async () => {
  const night = await Night.begin(aProject(PROJECT), '2026-11-20T01:30', NOTIFY)
  night.sends.set('db-1', () => [{ measurement: 'system', fields: { load1: 0.1, n_cpus: 4 } }])
  night.sends.set('web-1', () => checksOf(true))
  night.pass(30)
  night.ping('db-1', 'answers')
  night.sends.delete('db-1')
  night.sends.set('web-1', () =>
    checksOf(false).filter(({ measurement }) => measurement !== 'ping'),
  )
  night.pass(10)
  expect(night.firing()).toContain('tcp_unreachable@web-1')
})
