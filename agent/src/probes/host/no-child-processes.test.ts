import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { BEGIN } from '../../testing/probe-cycles.ts'

const PROGRAM = fileURLToPath(new URL('../../testing/probe-cycles.ts', import.meta.url))
const CYCLES = '4'
const TRACED =
  'trace=execve,execveat,openat,open,openat2,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,connect'

function missingStrace(): string | undefined {
  if (process.platform !== 'linux') return 'not on this machine: there is no strace on this system'
  const tried = spawnSync('strace', ['-o', '/dev/null', '/bin/true'])
  if (tried.error !== undefined) return 'strace is not installed'
  return tried.status === 0 ? undefined : 'not on this machine: strace may not trace here'
}

/** System calls of all probes of the host in several cycles, those of the program's own start left out. */
async function traceCycles(): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'trace-'))
  const output = join(directory, 'trace')
  const args = ['-f', '-qq', '-s', '4096', '-e', TRACED, '-e', 'signal=none', '-o', output]
  await promisify(execFile)('strace', [...args, process.execPath, PROGRAM, CYCLES])
  const lines = (await readFile(output, 'utf8')).split('\n')
  await rm(directory, { recursive: true })
  const begin = lines.findIndex((line) => line.includes(BEGIN))
  expect(begin).toBeGreaterThan(-1)
  return lines.slice(begin + 1)
}

/** The programs of the minute and of every five minutes, and the helper for network file systems, which is a child of its own kind. */
function isAllowedProgram(line: string): boolean {
  return (
    /execve\("\/(?:usr\/)?s?bin\/(?:systemctl|chronyc|ntpq|timedatectl)"/.test(line) ||
    line.includes('"--role=mount-helper"')
  )
}

function threadOf(line: string): string | undefined {
  return line.split(' ')[0]
}

test('probes of the host write no file and start no program', async ({ skip }) => {
  const reason = missingStrace()
  skip(reason !== undefined, reason)
  const calls = await traceCycles()
  expect(calls.filter((line) => line.includes('"/proc/stat"')).length).toBeGreaterThan(0)
  const programs = calls.filter((line) => line.includes('execve') && !isAllowedProgram(line))
  expect(programs).toEqual([])
  // An allowed program may write and connect as it likes: the agent's own calls count, of all its threads.
  const others = new Set(calls.filter((line) => line.includes('execve')).map(threadOf))
  const own = calls.filter((line) => !others.has(threadOf(line)))
  expect(own.filter((line) => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line))).toEqual([])
  expect(own.filter((line) => /\b(?:creat|mkdir|unlink|rename|connect)\w*\(/.test(line))).toEqual(
    [],
  )
})
