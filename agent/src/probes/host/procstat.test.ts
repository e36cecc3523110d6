import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import { ProcessDetails } from '../../sources/process-details.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { ProcTree, type TreeProcess } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import procstat from './procstat.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)

function sampleAt(session: unknown, services: readonly object[], seconds: number, memory: unknown) {
  return sampleOnce(procstat, session, {
    options: { services },
    memory,
    timeMs: NOW_MS + seconds * 1000,
    monotonicMs: 5000 + seconds * 1000,
  })
}

/** The processes of another user, as the kernel shows them to a plain one. */
class RefusingDetails extends ProcessDetails {
  asked = 0
  override readTransfer(): never {
    return this.#refuse()
  }
  override countDescriptors(): never {
    return this.#refuse()
  }
  #refuse(): never {
    this.asked += 1
    throw new ProbeError('NOT_PERMITTED', 'EACCES')
  }
}

describeHostProbe(procstat, { services: [{ name: 'all', pattern: '.' }] })

describe('host.procstat', () => {
  test('gives one series per service with what its processes used in the interval', async () => {
    await using tree = await ProcTree.create()
    const worker: TreeProcess = {
      pid: 40,
      name: 'nginx',
      threads: 2,
      userTicks: 1000,
      systemTicks: 500,
      startTicks: 20_000,
      residentPages: 100,
      readBytes: 4096,
      writeBytes: 8192,
      descriptors: 5,
      descriptorLimit: 64,
    }
    await tree.writeProcess(worker)
    await tree.writeProcess({ ...worker, pid: 41, startTicks: 20_100, descriptors: 7 })
    await using host = await openHost({ root: tree.root })
    const session = { ...host.session, pageBytes: 4096, ticksPerSecond: 100 }
    const services = [{ name: 'nginx' }]

    const first = await sampleAt(session, services, 0, undefined)
    expect(first.samples).toEqual([
      {
        measurement: 'procstat_lookup',
        tags: { process_name: 'nginx' },
        fields: { running: 2, result_code: 0 },
      },
      {
        measurement: 'procstat',
        tags: { process_name: 'nginx' },
        fields: {
          cpu_usage: undefined,
          memory_rss: 2 * 100 * 4096,
          num_fds: 7,
          num_threads: 4,
          rlimit_num_fds_soft: 64,
          read_bytes: 0,
          write_bytes: 0,
          created_at: (NOW_MS - 800_000) * 1_000_000,
        },
      },
    ])

    await tree.writeProcess({ ...worker, userTicks: 1200, systemTicks: 550, writeBytes: 9192 })
    await tree.write('/proc/uptime', '1007.00 1500.00\n')
    const second = await sampleAt(session, services, 10, first.memory)
    expect(second.samples[1]?.fields).toMatchObject({
      cpu_usage: 25,
      read_bytes: 0,
      write_bytes: 1000,
      created_at: (NOW_MS - 800_000) * 1_000_000,
    })
  })

  test('says that a service is down, and carries on when it is back', async () => {
    await using tree = await ProcTree.create()
    await tree.writeProcess({ pid: 40, name: 'mysqld', writeBytes: 50 })
    await using host = await openHost({ root: tree.root })
    const services = [{ name: 'mysqld', systemdUnit: 'mysqld.service' }]
    const procs = '/sys/fs/cgroup/system.slice/mysqld.service/cgroup.procs'
    await tree.write(procs, '40\n')
    const up = await sampleAt(host.session, services, 0, undefined)
    await tree.remove('/proc/40')
    await tree.write(procs, '')
    const down = await sampleAt(host.session, services, 10, up.memory)
    expect(down.samples).toEqual([
      {
        measurement: 'procstat_lookup',
        tags: { process_name: 'mysqld', systemd_unit: 'mysqld.service' },
        fields: { running: 0, result_code: 0 },
      },
    ])
    await tree.writeProcess({ pid: 44, name: 'mysqld', startTicks: 99_000, writeBytes: 70 })
    await tree.write(procs, '44\n')
    const back = await sampleAt(host.session, services, 20, down.memory)
    expect(back.samples[1]?.fields).toMatchObject({
      write_bytes: 70,
      memory_rss: expect.any(Number),
    })
  })

  test('leaves out what the kernel refuses, remarks on it, and goes on with the rest', async () => {
    await using tree = await ProcTree.create()
    await tree.writeProcess({ pid: 40, name: 'postgres' })
    await using host = await openHost({ root: tree.root })
    const processDetails = new RefusingDetails(host.session.files)
    const session = { ...host.session, processDetails }
    const first = await sampleAt(session, [{ name: 'postgres' }], 0, undefined)
    const second = await sampleAt(session, [{ name: 'postgres' }], 10, first.memory)
    expect(second.samples[1]?.fields).toMatchObject({
      num_threads: 1,
      read_bytes: undefined,
      write_bytes: undefined,
      num_fds: undefined,
    })
    expect(processDetails.asked).toBe(2)
    expect(first.remarks[0]?.en).toContain('postgres')
    expect(second.remarks).toEqual(first.remarks)
  })

  test('has no data while agent.yaml names no service', async () => {
    await using tree = await ProcTree.create()
    await using host = await openHost({ root: tree.root })
    await expect(sampleAt(host.session, [], 0, undefined)).rejects.toBeInstanceOf(NoDataError)
  })

  test('agrees with what Node says of this process', { retry: 5 }, async ({ skip }) => {
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
    await using host = await openHost({ root: '/' })
    const { session } = host
    // The kernel keeps one pid file for everybody: the first word of it is the reader's own pid.
    const services = [{ name: 'me', pidfile: '/proc/self/stat' }]
    const before = process.cpuUsage()
    const startedMs = performance.now()
    const first = await sampleOnce(procstat, session, {
      options: { services },
      timeMs: Date.now(),
    })
    while (performance.now() - startedMs < 300) Math.sqrt(Math.random())
    const elapsedMs = performance.now() - startedMs
    const usedMs = process.cpuUsage(before).user / 1000 + process.cpuUsage(before).system / 1000
    const second = await sampleOnce(procstat, session, {
      options: { services },
      memory: first.memory,
      timeMs: Date.now() + 1,
      monotonicMs: elapsedMs,
    })
    const fields = second.samples[1]?.fields ?? {}
    expect(fields['cpu_usage']).toBeGreaterThan((50 * usedMs) / elapsedMs)
    expect(fields['memory_rss']).toBeGreaterThan(process.memoryUsage.rss() * 0.8)
    expect(fields['memory_rss']).toBeLessThan(process.memoryUsage.rss() * 1.2)
    const createdAtMs = Number(fields['created_at']) / 1e6
    // Node counts from its own first line, which on a busy machine comes seconds after the process.
    expect(Math.abs(createdAtMs - (Date.now() - process.uptime() * 1000))).toBeLessThan(30_000)
    expect(fields['num_fds']).toBeGreaterThan(2)
  })
})
