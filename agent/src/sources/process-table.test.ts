import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../probe.ts'
import { ProcTree } from '../testing/proc-tree.ts'
import { HostFiles } from './host-files.ts'
import { parseProcessStat, ProcessTable } from './process-table.ts'

const LINE =
  '4711 (oracle) S 1 4711 4711 0 -1 4194560 1234 0 5 0 250 150 0 0 20 0 12 0 98765 1234567890 4321 18446744073709551615 1 1 0 0 0 0 0 4096 81920 0 0 0 17 1 0 0 0 0 0\n'

describe('parseProcessStat', () => {
  test('takes the fields by their numbers in proc(5)', () => {
    expect(parseProcessStat(Buffer.from(LINE), '/proc/4711/stat')).toEqual({
      pid: 4711,
      name: 'oracle',
      state: 'S',
      parentPid: 1,
      threads: 12,
      cpuTicks: 400,
      startTicks: 98765,
      residentPages: 4321,
    })
  })

  test.each([
    { note: 'blanks', name: 'tmux: server' },
    { note: 'brackets', name: 'a) R 9 (b' },
    { note: 'a newline', name: 'two\nlines' },
    { note: 'Chinese', name: '采集代理' },
    { note: 'nothing', name: '' },
  ])('ends a name with $note at the last bracket', ({ name }) => {
    const bytes = Buffer.from(LINE.replace('oracle', name))
    expect(parseProcessStat(bytes, '/proc/4711/stat')).toMatchObject({ name, parentPid: 1 })
  })

  test.each(['', '4711', '4711 (oracle', '4711 (oracle) S 1 2 3'])(
    'refuses %j, naming the file',
    (text) => {
      const parse = (): unknown => parseProcessStat(Buffer.from(text), '/proc/4711/stat')
      expect(parse).toThrow(ProbeError)
      expect(parse).toThrow('/proc/4711/stat:1')
    },
  )
})

describe('ProcessTable', () => {
  test('reads once per tick, and finds who came and who went', async () => {
    await using tree = await ProcTree.create()
    using files = new HostFiles(tree.root)
    const table = new ProcessTable(files)
    await tree.writeProcess({ pid: 2, name: 'kthreadd', threads: 1 })
    await tree.writeProcess({ pid: 40, name: 'worker', threads: 3, userTicks: 7, systemTicks: 5 })
    expect(table.read(1).map(({ pid, name, threads }) => ({ pid, name, threads }))).toEqual([
      { pid: 2, name: 'kthreadd', threads: 1 },
      { pid: 40, name: 'worker', threads: 3 },
    ])
    await tree.remove('/proc/2')
    await tree.writeProcess({ pid: 41, name: 'other' })
    await tree.writeProcess({ pid: 40, name: 'renamed', userTicks: 9 })
    expect(table.read(1)).toHaveLength(2)
    expect(table.read(2).map(({ pid, name, cpuTicks }) => ({ pid, name, cpuTicks }))).toEqual([
      { pid: 40, name: 'renamed', cpuTicks: 9 },
      { pid: 41, name: 'other', cpuTicks: 0 },
    ])
  })

  test('leaves out a process that has gone between the list and its file', async () => {
    await using tree = await ProcTree.create()
    using files = new HostFiles(tree.root)
    await tree.write('/proc/50/cmdline', '')
    await tree.writeProcess({ pid: 51 })
    expect(new ProcessTable(files).read(1).map(({ pid }) => pid)).toEqual([51])
  })

  test('says that there is no data where there is no /proc', async () => {
    await using tree = await ProcTree.create()
    using files = new HostFiles(tree.root)
    await tree.remove('/proc')
    expect(() => new ProcessTable(files).read(1)).toThrow(NoDataError)
  })
})
