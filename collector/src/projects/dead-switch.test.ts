import { expect, test } from 'vitest'
import { Night } from './testing/night.ts'
import { aProject } from './testing/a-project.ts'

// A switch dies at night: first its six ports, then it does not answer any more, and with it three hosts are gone.

const PROJECT = `name: {zh: 病原微生物实验室系统, en: Laboratories}
hosts:
  - {name: web-1, role: app, sources: []}
  - {name: web-2, role: app, sources: []}
  - {name: db-1, role: db, sources: []}
devices: [{name: sw-core, role: fc-switch}]
sla:
  - id: all
    name: {zh: 全部, en: all}
    respond: {value: 1h, calendar: always, clause: S06}
    arrive: {value: 2h, calendar: always, clause: S06}
    resolve: {value: 8h, calendar: always, clause: S06}
duty:
  people: [{id: a, name: 值班甲}]
  shifts: [{hours: '00:00-24:00', who: [a]}]`

const NOTIFY = `notify:
  route: {channels: [duty]}
  dependencies:
    - parent: {alertname: snmp_device_silent, host: sw-core}
      child: {alertname: agent_offline, host: [web-1, web-2, db-1]}
      equal: [project]`

const HOSTS = ['web-1', 'web-2', 'db-1']

async function begin() {
  const night = await Night.begin(aProject(PROJECT), '2026-11-20T01:30', NOTIFY)
  let portsAreOn = true
  let answers = true
  night.sends.set('sw-core', () => [
    { measurement: 'snmp_up', fields: { up: answers ? 1 : 0, error_code: answers ? 0 : 2 } },
    ...(answers
      ? Array.from({ length: 6 }, (_, port) => ({
          measurement: 'fc_port',
          tags: { device: 'sw-core', port: String(port), name: `port${port}` },
          fields: { left_online: portsAreOn ? 0 : 1 },
        }))
      : []),
  ])
  const live = () => {
    for (const host of HOSTS)
      night.sends.set(host, () => [{ measurement: 'system', fields: { load1: 0.1, n_cpus: 4 } }])
  }
  live()
  night.pass(30)
  expect(night.read()).toEqual([])
  return {
    night,
    portsGo: () => void (portsAreOn = false),
    dies: () => {
      answers = false
      for (const host of HOSTS) night.sends.delete(host)
    },
    lives: () => {
      answers = true
      portsAreOn = true
      live()
    },
  }
}

/** `02:32 title` of each notice. */
const titles = (read: readonly string[]) =>
  read.map((text) => text.replace(/^── (\d\d:\d\d):\d\d ──\n([^\n]*)[^]*$/, '$1 $2'))
const clocksOf = (firing: readonly string[]) => firing.filter((name) => name.startsWith('sla_'))

test('a dead switch with six ports and three hosts behind it is one incident, whose clocks are told together', async () => {
  const { night, portsGo, dies, lives } = await begin()
  portsGo()
  night.pass(2)
  dies()
  night.pass(28)
  expect(titles(night.read())).toEqual([
    '02:02 【严重】6 条告警 · 病原微生物实验室系统',
    '02:05 【严重】采集代理失联 · web-1',
    '02:05 【严重】2 条告警 · 病原微生物实验室系统',
    '02:07 【警告】SNMP 设备无应答 · sw-core',
    '02:13 【警告→严重】SNMP 设备无应答 · sw-core',
  ])
  expect(night.incidents.list()).toMatchObject([
    { host: 'sw-core', ruleId: 'snmp_device_silent', alertCount: 10 },
  ])
  expect(night.firing()).toHaveLength(10)

  night.pass(122)
  const unclaimed = night.read()
  expect(titles(unclaimed)).toEqual([
    '02:32 【警告】服务时限将到 · sw-core',
    '02:50 【警告→严重】服务时限将到 · sw-core',
    '03:02 【严重】2 条告警 · 病原微生物实验室系统',
    '03:38 【警告→严重】服务时限将到 · sw-core',
    '04:02 【严重】服务时限已超 · sw-core',
  ])
  expect(unclaimed.join('\n')).not.toContain('已恢复')
  expect(unclaimed[0]).toContain(
    '现象：sw-core SNMP 设备无应答（连同其他 9 条告警）：须在 2026-11-20 03:02 前认领（时限 1 小时，已用 50%）；',
  )
  expect(unclaimed[2]).toMatch(/响应已超时（时限 1 小时，应于 2026-11-20 03:02 前完成，已用 100%）/)
  expect(unclaimed[2]).toMatch(/须在 2026-11-20 04:02 前到达现场（时限 2 小时，已用 50%）/)
  expect(night.firing()).toHaveLength(12)

  night.claim('sla_breached', '值班甲')
  night.pass(5)
  expect(clocksOf(night.firing())).toEqual(['sla_breached@sw-core'])
  lives()
  night.pass(10)
  const restored = night.read()
  expect(night.firing()).toEqual([])
  expect(night.incidents.list()).toEqual([])
  expect(restored.join('\n')).not.toMatch(/已恢复】服务时限/)
  expect(restored.length).toBeLessThanOrEqual(6)
})

test('six ports that go down on a switch that lives are one incident too', async () => {
  const { night, portsGo } = await begin()
  portsGo()
  night.pass(33)
  expect(titles(night.read())).toEqual([
    '02:02 【严重】6 条告警 · 病原微生物实验室系统',
    '02:32 【警告】服务时限将到 · sw-core',
  ])
  expect(night.incidents.list()).toMatchObject([{ alertCount: 6 }])
  expect(clocksOf(night.firing())).toEqual(['sla_clock@sw-core'])
  night.claim('fc_port_left_online', '值班甲')
  night.pass(2)
  expect(titles(night.read())).toEqual([
    '02:33 【严重·已认领】光纤端口离线 · sw-core',
    expect.stringMatching(/【停止计时】服务时限将到 · sw-core/),
  ])
})
