import { totalmem } from 'node:os'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Probe } from '../../probe.ts'
import { OpenedSnmp } from '../../testing/open-snmp-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { NO_SNMPD, SNMPD_COMMUNITY, SnmpdServer } from '../../testing/snmpd-server.ts'
import disk from './disk.ts'
import mem from './mem.ts'
import net from './net.ts'
import procstat from './procstat.ts'
import system from './system.ts'
import up from './up.ts'

let server: SnmpdServer | undefined
let opened: OpenedSnmp | undefined

beforeAll(async () => {
  if (NO_SNMPD !== undefined) return
  server = await SnmpdServer.start()
  opened = await OpenedSnmp.open({
    connect: server.address,
    version: 'v2c',
    community: SNMPD_COMMUNITY,
    timeout: '10s',
    processes: [{ name: 'snmpd' }, { name: 'by pattern', pattern: 'snmpd .*snmpd\\.conf' }],
  })
}, 60_000)
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})
beforeEach(({ skip }) => skip(NO_SNMPD !== undefined, NO_SNMPD))

const sample = (probe: Probe) => sampleOnce(probe, opened?.session)

test('memory is that of this machine', { timeout: 60_000 }, async () => {
  const { samples } = await sample(mem)
  const total = samples[0]?.fields['total'] ?? 0
  expect(Math.abs(total - totalmem())).toBeLessThan(0.02 * totalmem())
  expect(samples[0]?.fields['used_percent']).toBeGreaterThan(0)
})

test('the root file system is there as df says it', { timeout: 60_000 }, async () => {
  const { samples } = await sample(disk)
  const root = samples.find(({ tags }) => tags['path'] === '/')
  expect(root?.tags['device']).not.toBe('')
  expect(root?.fields['total']).toBeGreaterThan(root?.fields['free'] ?? Infinity)
  expect(samples.filter(({ tags }) => /^\/(sys|proc|dev)/.test(tags['path'] ?? ''))).toEqual([])
})

test('interfaces, load and uptime', { timeout: 60_000 }, async () => {
  const { samples } = await sample(net)
  const names = samples.map(({ tags }) => tags['interface'])
  expect(new Set(names).size).toBe(names.length)
  expect(names).not.toContain('lo')
  const { samples: systems } = await sample(system)
  expect(systems[0]?.fields['uptime']).toBeGreaterThan(0)
})

test('snmpd itself is found among the processes', { timeout: 60_000 }, async () => {
  const { samples } = await sample(procstat)
  const running = samples.filter(({ measurement }) => measurement === 'procstat_lookup')
  expect(running).toHaveLength(2)
  for (const { fields } of running) expect(fields['running']).toBeGreaterThan(0)
})

test('the device says who it is', { timeout: 60_000 }, async () => {
  const { samples, documents } = await sample(up)
  expect(samples[0]?.fields).toMatchObject({ up: 1, error_code: 0 })
  expect(documents[0]?.body).toMatchObject({ sysName: 'snmpd-test', sysLocation: 'hall 3, rack 7' })
})
