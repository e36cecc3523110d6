import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { NoDataError } from '../probe.ts'
import { HostFiles } from './host-files.ts'
import { ProcessDetails } from './process-details.ts'

let root = ''

async function writeProcess(pid: number, name: string, content: string): Promise<void> {
  await mkdir(join(root, 'proc', String(pid)), { recursive: true })
  await writeFile(join(root, 'proc', String(pid), name), content)
}

function details(): ProcessDetails {
  return new ProcessDetails(new HostFiles(root))
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'process-details-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

describe('ProcessDetails', () => {
  test('parts the words of a command line by blanks', async () => {
    await writeProcess(7, 'cmdline', '/usr/bin/java\0-Xmx4g\0org.example.Main\0')
    expect(details().readCommandLine(7)).toBe('/usr/bin/java -Xmx4g org.example.Main')
  })

  test('takes the effective user', async () => {
    await writeProcess(7, 'status', 'Name:\tsshd\nUid:\t0\t33\t0\t0\nGid:\t5\t6\t7\t8\n')
    expect(details().readUserId(7)).toBe(33)
  })

  test('takes what reached the storage layer, not what passed the page cache', async () => {
    await writeProcess(
      7,
      'io',
      'rchar: 99\nwchar: 98\nsyscr: 9\nsyscw: 8\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n',
    )
    expect(details().readTransfer(7)).toEqual({ readBytes: 4096, writeBytes: 8192 })
  })

  test.each([
    { soft: '1024', limit: 1024 },
    { soft: 'unlimited', limit: undefined },
  ])('takes the soft limit $soft of open files', async ({ soft, limit }) => {
    const header =
      'Limit                     Soft Limit           Hard Limit           Units     \n'
    await writeProcess(
      7,
      'limits',
      `${header}Max processes             96309                96309                processes \nMax open files            ${soft.padEnd(20)} 4096                 files     \n`,
    )
    expect(details().readDescriptorLimit(7)).toBe(limit)
  })

  test('says that a process has ended', () => {
    expect(() => details().readCommandLine(7)).toThrow(NoDataError)
  })

  test('counts the open files of this process', { retry: 5 }, ({ skip }) => {
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
    const counted = new ProcessDetails(new HostFiles('/')).countDescriptors(process.pid)
    const listed = readdirSync('/proc/self/fd').length - 1
    expect(Math.abs(counted - listed)).toBeLessThanOrEqual(1)
  })
})
