import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { NoDataError } from '../probe.ts'
import { Commands } from './commands.ts'

const limits = { deadlineMs: 120_000, maxBytes: 64 * 1024 }

function node(code: string): [string, string[]] {
  return [process.execPath, ['-e', code]]
}

describe('Commands', () => {
  test('gives output and exit code of a program that answers', async () => {
    using commands = new Commands()
    const outcome = await commands.run(
      ...node('console.log("out"); console.error("err"); process.exitCode = 3'),
      limits,
    )
    expect(outcome).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
  })

  test('passes arguments as they are, through no shell', async () => {
    using commands = new Commands()
    const hostile = '$(touch /tmp/x); `id` "quoted" *'
    const outcome = await commands.run(
      process.execPath,
      ['-e', 'process.stdout.write(process.argv[1])', hostile],
      limits,
    )
    expect(outcome.stdout).toBe(hostile)
  })

  test('hands down a small fixed environment and an ended standard input', async () => {
    using commands = new Commands()
    process.env['WARDROUND_TEST_SECRET'] = 'hidden'
    const code =
      'process.stdin.resume().on("end", () => process.stdout.write(JSON.stringify(process.env)))'
    const outcome = await commands.run(...node(code), limits)
    delete process.env['WARDROUND_TEST_SECRET']
    expect(Object.keys(JSON.parse(outcome.stdout))).not.toContain('WARDROUND_TEST_SECRET')
    expect(JSON.parse(outcome.stdout)).toMatchObject({ LC_ALL: 'C' })
  })

  test('ends a program at the deadline', async () => {
    using commands = new Commands()
    const run = commands.run(...node('setInterval(() => {}, 1000)'), { ...limits, deadlineMs: 100 })
    await expect(run).rejects.toMatchObject({ code: 'DEADLINE' })
  })

  test('ends a program when the run that wanted it is abandoned', async () => {
    using commands = new Commands()
    const controller = new AbortController()
    const run = commands.run(...node('setInterval(() => {}, 1000)'), {
      ...limits,
      signal: controller.signal,
    })
    controller.abort()
    await expect(run).rejects.toMatchObject({ code: 'DEADLINE' })
  })

  test('ends a program that floods', async () => {
    using commands = new Commands()
    const run = commands.run(...node('setInterval(() => console.log("x".repeat(10000)), 1)'), {
      ...limits,
      maxBytes: 50_000,
    })
    await expect(run).rejects.toMatchObject({ code: 'FLOOD' })
  })

  test('gives the beginning of a flood to who wants it, and ends the program', async () => {
    using commands = new Commands()
    const flood = node('setInterval(() => console.log("x".repeat(10000)), 1)')
    const bounds = { ...limits, maxBytes: 50_000, keepsBeginning: true }
    const { stdout, exitCode, isCut } = await commands.run(...flood, bounds)
    expect([stdout.length, exitCode, isCut]).toEqual([50_000, 0, true])
    const whole = await commands.run(...node('console.log(1)'), bounds)
    expect(whole).toEqual({ exitCode: 0, stdout: '1\n', stderr: '' })
  })

  test('runs one program at a time, the next after it', async () => {
    using commands = new Commands()
    const directory = await mkdtemp(join(tmpdir(), 'commands-'))
    const lock = join(directory, 'lock')
    const code = `const fs = require('node:fs'); fs.mkdirSync(${JSON.stringify(lock)});
      setTimeout(() => fs.rmdirSync(${JSON.stringify(lock)}), 50)`
    const outcomes = await Promise.all([1, 2, 3].map(() => commands.run(...node(code), limits)))
    await rm(directory, { recursive: true })
    expect(outcomes.map((outcome) => outcome.exitCode)).toEqual([0, 0, 0])
  })

  test('gives up waiting for its turn at the deadline and says why', async () => {
    using commands = new Commands()
    const first = commands.run(...node('setInterval(() => {}, 1000)'), limits)
    const second = commands.run(...node(''), { ...limits, deadlineMs: 50 })
    await expect(second).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
    commands[Symbol.dispose]()
    await expect(first).rejects.toMatchObject({ code: 'DEADLINE' })
  })

  test('says that a program is not installed, may not be run, or is no absolute path', async () => {
    using commands = new Commands()
    const directory = await mkdtemp(join(tmpdir(), 'commands-'))
    const plainFile = join(directory, 'plain')
    await writeFile(plainFile, 'no program')
    await expect(commands.run('/nowhere/program', [], limits)).rejects.toBeInstanceOf(NoDataError)
    await expect(commands.run(plainFile, [], limits)).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
    })
    await expect(commands.run('node', [], limits)).rejects.toBeInstanceOf(TypeError)
    await rm(directory, { recursive: true })
  })
})
