import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'

import { parseProcessStat } from '../../sources/process-table.ts'
import { chooseMounts } from './choose-mounts.ts'
import { toMemFields } from './mem.ts'
import { parseCounters } from './parse-counters.ts'
import { parseCpuTimes } from './parse-cpu-times.ts'
import { parseDiskstats } from './parse-diskstats.ts'
import { parseKernelStat } from './parse-kernel-stat.ts'
import { parseLoadavg } from './parse-loadavg.ts'
import { parseMeminfo } from '../../sources/parse-meminfo.ts'
import { parseMountinfo } from './parse-mountinfo.ts'
import { parseNetDev } from './parse-net-dev.ts'
import { parsePressure } from './parse-pressure.ts'
import { parseProtocolCounters } from './parse-protocol-counters.ts'
import { parseSockstat } from './parse-sockstat.ts'
import { countTcpStates } from './parse-tcp-table.ts'

/**
 * Files of /proc from other machines, with what other programs found in them. They stand beside the
 * repository on some machines and are no part of it.
 */
const RECORDINGS = join(import.meta.dirname, '../../../../../shared/device-data/linux-proc')

function readRecording(name: string): Buffer {
  return readFileSync(join(RECORDINGS, 'jc', name))
}

function readExpected(name: string): unknown {
  return JSON.parse(readRecording(`${name}.json`).toString())
}

describe('files of other machines', () => {
  beforeEach(({ skip }) =>
    skip(!existsSync(RECORDINGS), 'not on this machine: the recordings in ../shared'),
  )

  test('stat: times of all cores, and counters', () => {
    const expected = readExpected('stat') as Record<string, Record<string, number>>
    for (const times of parseCpuTimes(readRecording('stat'), true)) {
      const { cpu, guestNice, ...columns } = times
      const name = cpu === 'cpu-total' ? 'cpu' : cpu
      expect({ ...columns, guest_nice: guestNice }).toEqual(expected[name])
    }
    expect(parseKernelStat(readRecording('stat'))).toMatchObject({
      contextSwitches: expected['context_switches'],
      bootTime: expected['boot_time'],
      processesForked: expected['processes'],
    })
  })

  test('meminfo: every value', () => {
    const expected = readExpected('meminfo') as Record<string, number>
    const meminfo = parseMeminfo(readRecording('meminfo'))
    const kilobytes = [...meminfo].map(([name, value]): [string, number] => [
      name,
      name.startsWith('HugePages_') ? value : value / 1024,
    ])
    expect(Object.fromEntries(kilobytes)).toEqual(expected)
    expect(toMemFields(meminfo)['used']).toBe((3_997_272 - 3_386_876) * 1024)
  })

  test('diskstats: every device', () => {
    const expected = readExpected('diskstats') as Record<string, number | string>[]
    // That recording ends with an empty line, which the kernel does not write.
    const disks = parseDiskstats(Buffer.from(readRecording('diskstats').toString().trimEnd()))
    expect(
      disks.map((disk) => [disk.name, disk.reads, disk.readSectors, disk.writeMs, disk.ioMs]),
    ).toEqual(
      expected.map((disk) => [
        disk['device'],
        disk['reads_completed'],
        disk['sectors_read'],
        disk['write_time_ms'],
        disk['io_time_ms'],
      ]),
    )
  })

  test('net/dev: every interface', () => {
    const expected = readExpected('net_dev') as Record<string, number | string>[]
    const interfaces = parseNetDev(readRecording('net_dev'))
    expect(
      interfaces.map((link) => [link.name, link.bytesReceived, link.packetsSent, link.dropsSent]),
    ).toEqual(
      expected.map((link) => [
        link['interface'],
        link['r_bytes'],
        link['t_packets'],
        link['t_drop'],
      ]),
    )
  })

  test('net/tcp and tcp6: every state', () => {
    for (const name of ['net_tcp', 'net_tcp6']) {
      const expected = readExpected(name) as { state: string }[]
      const counts = new Uint32Array(16)
      countTcpStates(readRecording(name), name, counts)
      const found = new Uint32Array(16)
      for (const { state } of expected) {
        const number = Number.parseInt(state, 16)
        found[number] = (found[number] ?? 0) + 1
      }
      expect(counts).toEqual(found)
    }
  })

  test('net/netstat, vmstat, loadavg', () => {
    const [extended] = readExpected('net_netstat') as Record<string, number>[]
    const names = ['ListenOverflows', 'ListenDrops'] as const
    const counters = parseProtocolCounters(readRecording('net_netstat'), 'x', 'TcpExt', names)
    expect(extended).toMatchObject(counters)
    const vmstat = ['pgmajfault', 'oom_kill', 'pswpin', 'pswpout'] as const
    expect(readExpected('vmstat')).toMatchObject(
      parseCounters(readRecording('vmstat'), 'x', vmstat),
    )
    const load = readExpected('loadavg') as Record<string, number>
    expect(parseLoadavg(readRecording('loadavg'))).toEqual({
      load1: load['load_1m'],
      load5: load['load_5m'],
      load15: load['load_15m'],
    })
  })

  test('[pid]/stat: also with blanks and newlines in the name', () => {
    for (const name of ['pid_stat', 'pid_stat_w_space_and_nl_in_comm', 'pid_stat_hack']) {
      const expected = readExpected(name) as Record<string, number>
      expect(parseProcessStat(readRecording(name), name)).toEqual({
        pid: expected['pid'],
        name: expected['comm'],
        state: expected['state'],
        parentPid: expected['ppid'],
        threads: expected['num_threads'],
        cpuTicks: (expected['utime'] ?? 0) + (expected['stime'] ?? 0),
        startTicks: expected['starttime'],
        residentPages: expected['rss'],
      })
    }
  })

  test('mountinfo: the file systems with data of an Ubuntu machine', () => {
    const mounts = parseMountinfo(readRecording('pid_mountinfo'))
    const chosen = chooseMounts(mounts)
    expect(mounts).toHaveLength((readExpected('pid_mountinfo') as unknown[]).length)
    expect(chosen[0]).toMatchObject({ path: '/', mode: 'rw', mayHang: false })
    expect(chosen.map(({ fstype }) => fstype)).not.toContain('squashfs')
  })

  test('what the fixtures of a well-known exporter hold is parsed whole', () => {
    const archive = readArchive(readFileSync(join(RECORDINGS, 'procfs-fixtures.ttar'), 'utf8'))
    const read = (path: string): Buffer => Buffer.from(archive.get(`fixtures/proc/${path}`) ?? '')
    expect(parseCpuTimes(read('stat'), true)).toHaveLength(9)
    expect(parseDiskstats(read('diskstats')).length).toBeGreaterThan(40)
    expect(parseMeminfo(read('meminfo')).get('MemTotal')).toBe(15_666_184 * 1024)
    expect(parseNetDev(read('net/dev')).map(({ name }) => name)).toContain('vethf345468')
    expect(parseSockstat(read('net/sockstat'), 'sockstat', 'UDP')).toBe(12)
    for (const resource of ['cpu', 'memory', 'io']) {
      expect(parsePressure(read(`pressure/${resource}`), resource).length).toBeGreaterThan(0)
    }
  })
})

/** Files of a `ttar` archive: `Path:`, `Lines: N`, then that many lines. */
function readArchive(text: string): Map<string, string> {
  const files = new Map<string, string>()
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const path = /^Path: (.*)$/.exec(line)?.[1]
    const count = /^Lines: (\d+)$/.exec(lines[index + 1] ?? '')?.[1]
    if (path === undefined || count === undefined) continue
    const content = lines.slice(index + 2, index + 2 + Number(count))
    files.set(path, content.map((each) => `${each}\n`).join(''))
  }
  return files
}
