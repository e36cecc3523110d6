import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LINUX_WALK, WINDOWS_WALK } from '../../testing/snmp-host-walks.ts'
import procstat from './procstat.ts'

function openHost(walk: string, ...watched: readonly (readonly [string, RegExp?])[]) {
  const device = new RecordedDevice(walk)
  device.settings = { processes: watched.map(([name, pattern]) => ({ name, pattern })) }
  return device
}

describeProbe(procstat, {
  open: () => Promise.resolve(openHost(LINUX_WALK, ['oracle'], ['pmon', /^ora_pmon/], ['nginx'])),
})

test('processes by name and by pattern, and their processor time between two runs', async () => {
  const device = openHost(LINUX_WALK, ['oracle'], ['listener', /tnslsnr LISTENER/], ['nginx'])
  const first = await sampleOnce(procstat, device)
  expect(first.samples).toEqual([
    lookup({ process_name: 'oracle' }, 2),
    {
      measurement: 'procstat',
      tags: { process_name: 'oracle' },
      fields: { memory_rss: 3072 * 1024 },
    },
    lookup({ process_name: 'listener', pattern: 'tnslsnr LISTENER' }, 1),
    {
      measurement: 'procstat',
      tags: { process_name: 'listener', pattern: 'tnslsnr LISTENER' },
      fields: { memory_rss: 10 * 1024 },
    },
    lookup({ process_name: 'nginx' }, 0),
  ])
  device.set('1.3.6.1.2.1.25.5.1.1.1.100', 1600) // 6 s
  device.set('1.3.6.1.2.1.25.5.1.1.1.101', 5) // another process of that number
  const second = await sampleOnce(procstat, device, { memory: first.memory, monotonicMs: 60_000 })
  expect(second.samples[1]?.fields).toEqual({ cpu_usage: 10, memory_rss: 3072 * 1024 })
})

test('on Windows by the name of the program, with or without its ending', async () => {
  const device = openHost(WINDOWS_WALK, ['tnslsnr'], ['TNSLSNR.EXE'], ['lsnr'])
  const { samples } = await sampleOnce(procstat, device)
  const lookups = samples.filter(({ measurement }) => measurement === 'procstat_lookup')
  expect(lookups.map(({ fields }) => fields['running'])).toEqual([1, 1, 0])
})

test('a program that is loaded in error does not run', async () => {
  const device = openHost(LINUX_WALK, ['tnslsnr'])
  device.set('1.3.6.1.2.1.25.4.2.1.7.102', 4)
  const { samples } = await sampleOnce(procstat, device)
  expect(samples).toEqual([lookup({ process_name: 'tnslsnr' }, 0)])
})

test('nothing is asked where no process is named', async () => {
  const device = openHost(LINUX_WALK)
  device.table = () => Promise.reject(new Error('asked'))
  await expect(sampleOnce(procstat, device)).rejects.toBeInstanceOf(NoDataError)
})

test('a host that hides its processes is not taken for one that has none', async () => {
  const device = openHost('1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.311.1.1.3.1.2', ['tnslsnr'])
  await expect(sampleOnce(procstat, device)).rejects.toBeInstanceOf(NoDataError)
})

function lookup(tags: Readonly<Record<string, string>>, running: number) {
  return { measurement: 'procstat_lookup', tags, fields: { running, result_code: 0 } }
}
