import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { JvmFinder } from './jvm-process.ts'

/** A tree shaped as /proc: process 1, and those that the test gives. */
async function makeProc(
  processes: Readonly<
    Record<
      number,
      { readonly args: readonly string[]; readonly start?: number; readonly state?: string }
    >
  >,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'wardround-proc-'))
  await writeFile(join(root, 'uptime'), '1000.50 900.00\n')
  const all: typeof processes = { 1: { args: ['/sbin/init'], start: 0 }, ...processes }
  for (const [pid, one] of Object.entries(all)) {
    const { args, start = 100, state = 'S' } = one
    await mkdir(join(root, pid))
    await writeFile(join(root, pid, 'cmdline'), args.map((argument) => `${argument}\0`).join(''))
    await writeFile(
      join(root, pid, 'stat'),
      `${pid} (java) ${state} 1 1 1 0 -1 0 0 0 0 0 10 5 0 0 20 0 4 0 ${start} 0 100\n`,
    )
  }
  return root
}

const TOMCAT = [
  '/usr/bin/java',
  '-Xmx1g',
  '-Dcatalina.base=/srv/app1',
  'org.apache.catalina.startup.Bootstrap',
  'start',
]

test('finds the JVM of its base among others, and how long it runs', async () => {
  const root = await makeProc({
    20: { args: TOMCAT.map((one) => one.replace('app1', 'app2')) },
    21: { args: ['sudo', '-u', 'tomcat', ...TOMCAT] },
    22: { args: TOMCAT, start: 50_000 },
    23: { args: [] },
  })
  const finder = new JvmFinder('/srv/app1', root)
  const found = await finder.find()
  expect(found).toMatchObject({ pid: 22, commandLine: TOMCAT })
  if (typeof found !== 'object') throw new Error('not found')
  expect(await finder.uptimeSeconds(found)).toBeCloseTo(500.5, 1)
})

test('of jsvc’s two processes the younger is the JVM', async () => {
  const jsvc = ['/usr/bin/jsvc', ...TOMCAT.slice(1)]
  const root = await makeProc({ 30: { args: jsvc, start: 200 }, 31: { args: jsvc, start: 201 } })
  expect(await new JvmFinder('/srv/app1', root).find()).toMatchObject({ pid: 31 })
})

test('a link to the base is the base, a slash at its end is none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-link-'))
  await mkdir(join(directory, 'real'))
  await symlink(join(directory, 'real'), join(directory, 'link'))
  const root = await makeProc({
    40: { args: ['java', `-Dcatalina.base=${join(directory, 'link')}/`] },
  })
  expect(await new JvmFinder(join(directory, 'real'), root).find()).toMatchObject({ pid: 40 })
})

test('finds it again after a restart, and sees that it is gone or a zombie', async () => {
  const root = await makeProc({ 50: { args: TOMCAT, start: 300 } })
  const finder = new JvmFinder('/srv/app1', root)
  expect(await finder.find()).toMatchObject({ pid: 50 })
  await rm(join(root, '50'), { recursive: true })
  expect(await finder.find()).toBeUndefined()
  const again = await makeProc({
    51: { args: TOMCAT, start: 400 },
    52: { args: TOMCAT, start: 500, state: 'Z' },
  })
  expect(await new JvmFinder('/srv/app1', again).find()).toMatchObject({ pid: 51 })
})

test('where other users’ processes are hidden nothing is known', async () => {
  const root = await makeProc({})
  await rm(join(root, '1'), { recursive: true })
  expect(await new JvmFinder('/srv/app1', root).find()).toBe('unknown')
  expect(await new JvmFinder('/srv/app1', '/no/proc/here').find()).toBe('unknown')
})
