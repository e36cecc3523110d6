import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { CollectorConfig } from '../config.ts'
import { DependencyIndex } from '../notify/dispatch/dependency-index.ts'
import { newTracked, type TrackedAlert } from '../notify/dispatch/tracked-alert.ts'
import { Simulator } from '../notify/dispatch/testing/simulator.ts'
import { anAlert } from '../notify/testing/a-transition.ts'
import { alertId, alertKey } from '../rules/alerts/live-alert.ts'
import { rulesOf } from '../rules/compiled-rule.ts'
import { catalogue } from '../rules/testing/rules-from-yaml.ts'
import { readDependencies } from './read-dependencies.ts'
import { defaultPackDirectory, readRules } from './read-rules.ts'
import { resolveDispatch } from './resolve-dispatch.ts'

const config = checkYaml(CollectorConfig, { file: 'collector.yaml', text: '' })
const rules = await readRules({ pack: 'full' }, catalogue)
const shipped = await readDependencies(defaultPackDirectory())
const { dependencies, duringBackup } = await resolveDispatch(config, [], catalogue, rules)
const all = rulesOf(rules)

function measurementOf(id: string): string {
  const rule = all.find((one) => one.id === id)
  if (rule === undefined) throw new Error(`the pack has no rule ${id}`)
  return 'measurement' in rule ? rule.measurement : ''
}

/** An alert of a rule of the pack; `startsAtMs` counts from some moment. */
function alertOf(id: string, tags: Readonly<Record<string, string>> = {}, startsAtMs = 1) {
  const { host = 'db1', ...own } = tags
  const labels = { ...own, alertname: id, host, severity: 'critical' }
  const key = alertKey(host, own)
  const more = { ruleId: id, key, host, tags: own, labels, measurement: measurementOf(id) }
  const alert = anAlert({ ...more, startsAtMs })
  return newTracked(alertId(alert), alert, 'condition', startsAtMs)
}

/** A RAC on two hosts, and no other instance that is known. */
const RAC = [
  { host: 'rac1', instance: 'emr1' },
  { host: 'rac2', instance: 'emr2' },
]
const instancesOf = (database: string, host: string) =>
  database === 'emr' ? RAC : [{ host, instance: database }]

/** What mutes an alert while another fires. */
function causeOf(child: TrackedAlert, parent: TrackedAlert): string | undefined {
  const index = new DependencyIndex(dependencies, instancesOf)
  index.update(parent)
  index.update(child)
  return index.causeOf(child)?.alert.ruleId
}

const ids = new Set(all.map(({ id }) => id))

test('every rule that is named is one of the pack, and every expression fits some', () => {
  const measurements = new Set(catalogue.names)
  for (const { parent, child } of shipped.dependencies)
    for (const where of [parent, child])
      for (const [label, known] of [
        ['alertname', ids],
        ['measurement', measurements],
      ] as const)
        for (const entry of [where[label] ?? []].flat()) {
          const name = entry.replace(/^!/, '')
          const fits = (one: string) =>
            name.startsWith('~') ? new RegExp(name.slice(1)).test(one) : one === name
          expect([...known].some(fits), `${label}: ${entry}`).toBe(true)
        }
  for (const id of shipped.duringBackup) expect(ids).toContain(id)
})

test('whatever is wrong with a host is muted while its agent is silent, but for service times', () => {
  const down = alertOf('agent_offline', {}, 2)
  for (const id of ids) {
    if (id === 'agent_offline') continue
    const isMuted = !id.startsWith('sla_')
    expect(causeOf(alertOf(id), down), id).toBe(isMuted ? 'agent_offline' : undefined)
  }
  expect(causeOf(alertOf('cpu_used', { host: 'db2' }), down)).toBeUndefined()
})

type Labels = Readonly<Record<string, string>>

test.each<[string, Labels, string, Labels]>([
  ['ping_lost', { host: 'gate', url: 'db1' }, 'interface_missing', { interface: 'eth0' }],
  ['oracle_down', { instance: 'his' }, 'oracle_sessions_blocked', { instance: 'his' }],
  ['oracle_down', { instance: 'his' }, 'oracle_tablespace_used', { database: 'his' }],
  ['oracle_down', { instance: 'his1' }, 'oracle_tablespace_missing', { database: 'his' }],
  ['postgresql_down', { instance: 'lis' }, 'postgresql_replica_lag', { instance: 'lis' }],
  ['mysql_down', { instance: 'web' }, 'mysql_threads_busy', { instance: 'web' }],
  ['tomcat_down', { instance: 'app' }, 'tomcat_heap_used', { instance: 'app' }],
  ['snmp_device_silent', {}, 'fc_port_crc_errors', { device: 'fc1', port: '3' }],
  ['snmp_device_silent', {}, 'array_pool_used', { array: 'a', name: 'p' }],
  ['snmp_device_silent', {}, 'interface_missing', { interface: 'port3' }],
  ['snmp_refused', {}, 'interface_missing', { interface: 'port3' }],
  ['redfish_device_silent', {}, 'array_component_health', { array: 'a', type: 'disk', name: '1' }],
  ['source_refused', { source: 'his', type: 'oracle' }, 'oracle_tablespace_missing', {}],
])('%s %o mutes %s', (parent, ofParent, child, ofChild) => {
  const down = alertOf(parent, ofParent, 2)
  expect(causeOf(alertOf(child, ofChild), down)).toBe(parent)
  const elsewhere = alertOf(child, { ...ofChild, host: 'elsewhere' })
  expect(causeOf(elsewhere, down)).toBeUndefined()
})

test.each<[string, Labels, string, Labels]>([
  ['oracle_down', { instance: 'his' }, 'oracle_sessions_blocked', { instance: 'lis' }],
  ['oracle_down', { instance: 'his' }, 'oracle_tablespace_used', { database: 'lis' }],
  ['oracle_down', { instance: 'his' }, 'cpu_used', {}],
  ['snmp_refused', {}, 'fc_port_fault', { port: '3' }],
  ['source_refused', { source: 'w', type: 'tomcat' }, 'oracle_tablespace_missing', {}],
])('%s %o does not mute %s %o', (parent, ofParent, child, ofChild) => {
  expect(causeOf(alertOf(child, ofChild), alertOf(parent, ofParent))).toBeUndefined()
})

test('on a RAC what is known once per database is muted when all instances are down', () => {
  const index = new DependencyIndex(dependencies, instancesOf)
  const full = alertOf('oracle_tablespace_used', { host: 'rac1', database: 'emr' }, 3)
  const [first, second] = RAC.map((one, at) => alertOf('oracle_down', { ...one }, at))
  if (first === undefined || second === undefined) throw new Error('a RAC has two instances')
  for (const one of [full, first]) index.update(one)
  expect(index.causeOf(full)).toBeUndefined()
  expect([...index.update(second)]).toEqual([full.id])
  expect(index.causeOf(full)?.alert.ruleId).toBe('oracle_down')
})

test('while the collector’s own network is lost all is held, but what says so', () => {
  const world = new Simulator({ dependencies, duringBackup })
  world.act(({ held }) => held.setFrozen({ zh: '断网', en: 'cut off' }, world.nowMs))
  world.fire('agent_offline@db1', { severity: 'critical' })
  world.fire('incidents_frozen@collector', { severity: 'critical' })
  world.pass(60)
  expect(world.said()).toEqual(['0 news duty: !incidents_frozen@collector'])
  expect(world.decisionsOf('agent_offline@db1')).toEqual(['frozen'])
})

test('while a backup runs warnings of CPU, load, I/O and swap are held, not what is critical', () => {
  const names = ['cpu_used', 'cpu_iowait', 'cpu_steal', 'load_per_core', 'disk_slow', 'disk_busy']
  expect([...duringBackup].toSorted()).toEqual([...names, 'swap_used'].toSorted())
  for (const id of duringBackup) {
    const world = new Simulator({ dependencies, duringBackup })
    world.act(({ held }) => held.setBackup('db1', 'nightly', true, world.nowMs))
    world.fire(`${id}@db1`)
    expect(world.decisionsOf(`${id}@db1`), id).toEqual(['backup'])
    world.fire(`${id}@db1`, { severity: 'critical' })
    expect(world.said(), id).toEqual([`0 news duty: !${id}@db1`])
  }
})
