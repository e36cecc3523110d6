import { describe, expect, test } from 'vitest'

import { openHost } from '../../sources/host.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { ServiceFinder } from './service-finder.ts'
import type { ServiceSelector } from './service-scope.ts'

async function find(tree: ProcTree, service: Omit<ServiceSelector, 'name'> & { name?: string }) {
  await using host = await openHost({ root: tree.root })
  const finder = await ServiceFinder.open([{ name: 'it', ...service }])
  const [found] = finder.find(host.session, host.session.processes.read(0), 0)
  return {
    pids: found?.processes.map(({ row }) => row.pid),
    answered: found?.answered,
    countKnown: found?.countKnown,
  }
}

async function createTree(): Promise<ProcTree> {
  const tree = await ProcTree.create()
  await tree.write('/etc/passwd', 'root:x:0:0::/:\ntomcat:x:91:91::/:\n')
  await tree.writeProcess({
    pid: 20,
    name: 'java',
    commandLine: ['/usr/bin/java', '-Dcatalina.home=/opt/tomcat', 'org.apache.catalina.Start'],
    userId: 91,
  })
  await tree.writeProcess({
    pid: 21,
    name: 'java',
    commandLine: ['/usr/bin/java', '-jar', 'a.jar'],
  })
  await tree.writeProcess({ pid: 22, name: 'a-name-longer-t', commandLine: ['x'], userId: 91 })
  await tree.writeProcess({ pid: 23, name: 'java', state: 'Z', commandLine: [] })
  await tree.writeProcess({ pid: 24, name: 'java', parentPid: 2, residentPages: 0 })
  await tree.writeProcess({ pid: 25, name: 'MainThread', commandLine: ['/opt/node', 'a.mjs'] })
  await tree.writeProcess({ pid: 26, name: 'x', commandLine: ['nginx: master process /a/b'] })
  return tree
}

describe('ServiceFinder', () => {
  test.each([
    { note: 'its name', service: { name: 'java' }, pids: [20, 21] },
    { note: 'a name cut by the kernel', service: { name: 'a-name-longer-than-15' }, pids: [22] },
    { note: 'the program on its command line', service: { name: 'node' }, pids: [25] },
    { note: 'the title it gave itself', service: { name: 'nginx' }, pids: [26] },
    { note: 'its command line', service: { pattern: 'org\\.apache\\.catalina' }, pids: [20] },
    { note: 'its user', service: { user: 'tomcat' }, pids: [20, 22] },
    { note: 'the number of its user', service: { user: '91' }, pids: [20, 22] },
    { note: 'user and command line', service: { user: 'tomcat', pattern: 'java' }, pids: [20] },
    { note: 'its pid file', service: { pidfile: '/run/a.pid' }, pids: [21] },
    { note: 'its unit', service: { systemdUnit: 'tomcat' }, pids: [20] },
    { note: 'unit and user', service: { systemdUnit: 'all.service', user: 'tomcat' }, pids: [20] },
  ])('finds processes by $note', async ({ service, pids }) => {
    await using tree = await createTree()
    await tree.write('/run/a.pid', ' 21\n')
    await tree.write('/sys/fs/cgroup/system.slice/tomcat.service/cgroup.procs', '20\n')
    await tree.write('/sys/fs/cgroup/system.slice/all.service/cgroup.procs', '20\n21\n')
    expect(await find(tree, service)).toEqual({ pids, answered: true, countKnown: true })
  })

  test.each([
    { note: 'no such user', service: { user: 'oracle' }, countKnown: true },
    { note: 'no pid file: it is down', service: { pidfile: '/run/b.pid' }, countKnown: true },
    { note: 'a pid file without a pid', service: { pidfile: '/run/empty.pid' }, countKnown: true },
    {
      note: 'a pid file on a network file system: unknown',
      service: { pidfile: '/opt/app/run/app.pid' },
      countKnown: false,
    },
    { note: 'no systemd: unknown', service: { systemdUnit: 'cron' }, countKnown: false },
  ])('says that it could not search: $note', async ({ service, countKnown }) => {
    await using tree = await createTree()
    await tree.write('/run/empty.pid', '\n')
    await tree.write('/opt/app/run/app.pid', '20\n')
    const mounts = [
      '20 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '30 20 0:40 / /opt/app rw - nfs4 nas:/app rw',
    ]
    await tree.write('/proc/self/mountinfo', mounts.map((line) => `${line}\n`).join(''))
    expect(await find(tree, service)).toEqual({ pids: [], answered: false, countKnown })
  })

  test('refuses two services of one name', async () => {
    const services = [{ name: 'a' }, { name: 'b' }, { name: 'a', user: 'root' }]
    await expect(ServiceFinder.open(services)).rejects.toThrow('two services are called a')
  })

  test('takes a stopped unit as searched, with nothing found', async () => {
    await using tree = await createTree()
    await tree.write('/sys/fs/cgroup/system.slice/cgroup.procs', '')
    const answer = await find(tree, { systemdUnit: 'cron.service' })
    expect(answer).toEqual({ pids: [], answered: true, countKnown: true })
  })

  test('looks again at a process that has become another program', async () => {
    await using tree = await createTree()
    await using host = await openHost({ root: tree.root })
    const finder = await ServiceFinder.open([{ name: 'it', pattern: 'worker' }])
    const pidsAt = (timeMs: number): number[] =>
      finder
        .find(host.session, host.session.processes.read(timeMs), timeMs)
        .flatMap(({ processes }) => processes.map(({ row }) => row.pid))
    expect(pidsAt(0)).toEqual([])
    await tree.writeProcess({ pid: 30, name: 'sh', commandLine: ['sh'], startTicks: 200 })
    expect(pidsAt(10)).toEqual([])
    await tree.writeProcess({ pid: 30, name: 'sh', commandLine: ['sh', 'worker'], startTicks: 200 })
    expect(pidsAt(20)).toEqual([30])
    await tree.writeProcess({ pid: 30, name: 'other', commandLine: ['other'], startTicks: 200 })
    expect(pidsAt(30)).toEqual([])
  })

  test('knows a process that was not there at the run before, also under a pid used again', async () => {
    await using tree = await createTree()
    await using host = await openHost({ root: tree.root })
    const finder = await ServiceFinder.open([{ name: 'java' }])
    const newAt = (timeMs: number): number[] =>
      finder
        .find(host.session, host.session.processes.read(timeMs), timeMs)
        .flatMap(({ processes }) =>
          processes.filter(({ record }) => record.isNew).map(({ row }) => row.pid),
        )
    expect(newAt(0)).toEqual([])
    await tree.writeProcess({ pid: 21, name: 'java', startTicks: 777 })
    await tree.writeProcess({ pid: 31, name: 'java', startTicks: 778 })
    expect(newAt(10)).toEqual([21, 31])
    expect(newAt(20)).toEqual([])
  })
})
