import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { NoDataError } from '../probe.ts'
import { ProcTree } from '../testing/proc-tree.ts'
import { HostFiles } from './host-files.ts'

const isRoot = process.getuid?.() === 0

test('a kept file gives its content of the moment, shorter or longer', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  await tree.write('/proc/stat', 'cpu 1 2\n')
  expect(files.read('/proc/stat').toString()).toBe('cpu 1 2\n')
  await tree.write('/proc/stat', 'cpu\n')
  expect(files.read('proc/stat').toString()).toBe('cpu\n')
})

test('a file longer than the buffer is read whole', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  const long = 'line of text\n'.repeat(20_000)
  await tree.write('/proc/net/tcp', long)
  expect(files.read('/proc/net/tcp').toString()).toBe(long)
  expect(files.readOnce('/proc/net/tcp').toString()).toBe(long)
})

test('the memory that a very long file took is given back', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  const bytesHeld = (path: string): number => files.read(path).buffer.byteLength
  await tree.write('/proc/net/tcp', 'x'.repeat(3_000_000))
  await tree.write('/proc/stat', 'cpu\n')
  const before = bytesHeld('/proc/stat')
  expect(files.read('/proc/net/tcp')).toHaveLength(3_000_000)
  expect(bytesHeld('/proc/stat')).toBe(before)
})

test('a shared file is read once per tick, and other readings do not disturb it', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  await tree.write('/proc/stat', 'one')
  const bytes = files.readShared('/proc/stat', 10)
  await tree.write('/proc/stat', 'three')
  await tree.write('/proc/other', '!!!!!!!!')
  files.read('/proc/other')
  expect(bytes.toString()).toBe('one')
  expect(files.readShared('/proc/stat', 10).toString()).toBe('one')
  expect(files.readShared('/proc/stat', 20).toString()).toBe('three')
  await tree.write('/proc/stat', 'x'.repeat(5_000))
  expect(files.readShared('/proc/stat', 30)).toHaveLength(5_000)
})

test('what is not there is no data, or undefined where one asks so', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  expect(() => files.read('/proc/none')).toThrow(NoDataError)
  expect(() => files.readOnce('/proc/uptime/none')).toThrow(NoDataError)
  expect(() => files.list('/proc/none')).toThrow(NoDataError)
  expect(() => files.readLink('/proc/none')).toThrow(NoDataError)
  expect(files.readIfThere('/proc/none')).toBeUndefined()
  expect(files.readOnceIfThere('/proc/none')).toBeUndefined()
  expect(files.listIfThere('/proc/none')).toBeUndefined()
})

test('a directory in the place of a file is unreadable, with its name', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  await mkdir(join(tree.root, 'proc/stat'))
  expect(() => files.read('/proc/stat')).toThrow(
    expect.objectContaining({ code: 'UNREADABLE', message: expect.stringContaining('/proc/stat') }),
  )
})

test('a file that this user may not read says so', async ({ skip }) => {
  skip(isRoot, 'not on this machine: root may read everything')
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  await tree.write('/proc/secret', 'x')
  await chmod(join(tree.root, 'proc/secret'), 0)
  expect(() => files.read('/proc/secret')).toThrow(
    expect.objectContaining({ code: 'NOT_PERMITTED' }),
  )
})

test('a kept file that is gone is no data, and is opened anew when it comes back', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  const link = join(tree.root, 'proc/device')
  const first = spawn('sleep', ['60'])
  const second = spawn('sleep', ['60'])
  // A file of a process fails with ESRCH once that is gone, as one of /sys does whose device was pulled.
  await symlink(`/proc/${first.pid}/stat`, link)
  expect(files.read('/proc/device').toString()).toContain(`${first.pid} (`)
  const gone = once(first, 'exit')
  first.kill('SIGKILL')
  await gone
  expect(() => files.read('/proc/device')).toThrow(NoDataError)
  await rm(link)
  await symlink(`/proc/${second.pid}/stat`, link)
  expect(files.read('/proc/device').toString()).toContain(`${second.pid} (`)
  second.kill('SIGKILL')
})

test('names and links of a directory', async () => {
  await using tree = await ProcTree.create()
  using files = new HostFiles(tree.root)
  await writeFile(join(tree.root, 'proc/a'), '')
  await rename(join(tree.root, 'proc/a'), join(tree.root, 'proc/b'))
  await symlink('../../devices/eth0', join(tree.root, 'proc/link'))
  expect(files.list('/proc').sort()).toEqual(['b', 'link', 'uptime'])
  expect(files.readLink('/proc/link')).toBe('../../devices/eth0')
})
