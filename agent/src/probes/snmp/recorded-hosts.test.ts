import { expect, test } from 'vitest'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import cpu from './cpu.ts'
import disk from './disk.ts'
import mem from './mem.ts'
import net from './net.ts'
import system from './system.ts'

test('a Windows Server 2019', async (context) => {
  const device = new RecordedDevice(
    readRecorded(context, 'snmp-host/windows_svr_2019_1809.snmprec'),
  )
  expect((await sampleOnce(cpu, device)).samples).toMatchObject([
    { tags: { cpu: 'cpu-total' }, fields: { usage_active: 2, usage_idle: 98 } },
  ])
  expect((await sampleOnce(mem, device)).samples[0]?.fields).toMatchObject({
    total: 17_178_755_072,
    used: 3_901_161_472,
    committed_as: 4_143_775_744,
    commit_limit: 19_728_891_904,
  })
  expect((await sampleOnce(disk, device)).samples).toMatchObject([
    {
      tags: { path: 'C:\\', mode: 'rw' },
      fields: { total: 106_728_255_488, used: 32_359_223_296 },
    },
  ])
  expect((await sampleOnce(net, device)).samples).toMatchObject([
    { tags: { interface: 'Ethernet0 2' }, fields: { bytes_recv: 4_210_486_843, speed: 10_000 } },
  ])
  expect((await sampleOnce(system, device)).samples.map(({ fields }) => fields)).toMatchObject([
    { n_cpus: 4, n_users: 5, uptime: 1_277_166 },
    { total: 102 },
  ])
})

test('an AIX', async (context) => {
  const device = new RecordedDevice(readRecorded(context, 'snmp-host/aix_std.snmprec'))
  expect((await sampleOnce(cpu, device)).samples[0]?.fields['usage_active']).toBe(2)
  expect((await sampleOnce(mem, device)).samples.map(({ fields }) => fields)).toMatchObject([
    { total: 8_053_063_680, used: 6_855_012_352 },
    { total: 12_884_901_888, used: 21_590_016 },
  ])
  const disks = (await sampleOnce(disk, device)).samples
  expect(disks).toHaveLength(20)
  expect(disks[1]).toMatchObject({
    tags: { path: '/dev/hd2', device: 'hd2' },
    fields: { total: 4_294_967_296, used: 2_499_960_832 },
  })
  const interfaces = (await sampleOnce(net, device)).samples
  expect(interfaces.map(({ tags }) => tags['interface'])).toEqual(['ent1', 'ent3', 'en4'])
})

test('an old Linux with net-snmp', async (context) => {
  const device = new RecordedDevice(readRecorded(context, 'snmp-host/linux_slackware_full.snmprec'))
  expect((await sampleOnce(mem, device)).samples.map(({ fields }) => fields)).toMatchObject([
    { total: 1_046_503_424, available: 301_899_776, free: 65_204_224 },
    { total: 1_011_699_712, used: 28_090_368 },
  ])
  const disks = (await sampleOnce(disk, device)).samples
  expect(disks.map(({ tags }) => tags['path'])).toEqual(['/', '/usr/local', '/export'])
  expect((await sampleOnce(net, device)).samples).toMatchObject([
    { tags: { interface: 'eth0' }, fields: { bytes_recv: 24_167_091_249, speed: 100 } },
  ])
  expect((await sampleOnce(system, device)).samples[0]?.fields).toEqual({
    load1: 0.46,
    load5: 0.13,
    load15: 0.02,
    n_cpus: 2,
    n_users: 15,
    uptime: 2_335_121,
  })
})
