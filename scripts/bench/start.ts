// npm start in a fresh clone to the first chart: the clone is made of this checkout's last commit, HOME and every package cache are empty, and the
// clock runs from `npm start` until the query behind the CPU chart gives two points. A port that is free is used instead of 8470.
import { freePort } from '@wardround/program/testing'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../checks.ts'
import { openBenchDirectory, pass } from './bundled-collector.ts'
import { printTable } from './table.ts'

const DEADLINE_MS = 300_000
const POINTS = 2

/** What the machine's user has set would be no fresh clone: npm's own variables, and the toolchain on the path, are left out. */
function freshEnvironment(home: string, listen: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_cache)|^(XDG_|PNPM_|NODE_OPTIONS$)/.test(name),
  )
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((directory) => !directory.startsWith(ROOT))
    .join(':')
  return {
    ...Object.fromEntries(kept),
    PATH: path,
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local'),
    npm_config_cache: join(home, '.npm'),
    WARDROUND_LISTEN: listen,
  }
}

function clone(directory: string): void {
  const { status, stderr } = spawnSync('git', ['clone', '--quiet', '--no-local', ROOT, directory], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`git clone failed: ${stderr}`)
}

/** Points of the CPU chart so far; 0 while nobody listens. */
async function countPoints(url: string): Promise<number> {
  const parameters = new URLSearchParams({
    measurement: 'cpu',
    field: 'usage_active',
    where: 'cpu=cpu-total',
    aggregate: 'raw',
    from: '-15m',
  })
  try {
    const response = await fetch(`${url}/api/v1/query?${parameters.toString()}`)
    if (!response.ok) return 0
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the query's answer
    const { series } = (await response.json()) as { series: { points: unknown[] }[] }
    return Math.max(0, ...series.map(({ points }) => points.length))
  } catch {
    return 0 // refused until it listens
  }
}

/** Stops a process group and waits for its leader. */
async function stopGroup(leader: ChildProcess): Promise<void> {
  if (leader.exitCode !== null || leader.signalCode !== null || leader.pid === undefined) return
  const ended = once(leader, 'exit')
  process.kill(-leader.pid, 'SIGTERM')
  await ended
}

async function measure(): Promise<Record<string, string | number>[]> {
  await using directory = await openBenchDirectory()
  const home = join(directory.path, 'home')
  const checkout = join(directory.path, 'wardround')
  await mkdir(home)
  clone(checkout)
  const listen = `127.0.0.1:${await freePort()}`
  const startMs = performance.now()
  const elapsedS = () => (performance.now() - startMs) / 1000
  // A group of its own, so that all that it starts can be stopped together
  const npm = spawn('npm', ['start'], {
    cwd: checkout,
    env: freshEnvironment(home, listen),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const rows: Record<string, string | number>[] = []
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      said.push(text)
      for (const [step] of text.matchAll(/^\[\d\/\d\] .*$/gm))
        rows.push({ moment: step, 'after s': elapsedS() })
    })
  }
  try {
    await untilCharted(`http://${listen}`, npm, rows, elapsedS)
  } catch (error) {
    console.error(said.join('').slice(-4_000))
    throw error
  } finally {
    await stopGroup(npm)
  }
  return rows
}

async function untilCharted(
  url: string,
  npm: ChildProcess,
  rows: Record<string, string | number>[],
  elapsedS: () => number,
): Promise<void> {
  let isReady = false
  for (;;) {
    if (elapsedS() * 1000 > DEADLINE_MS) throw new Error(`no chart within ${DEADLINE_MS} ms`)
    if (npm.exitCode !== null) throw new Error(`npm start ended with code ${npm.exitCode}`)
    if (!isReady && (isReady = await answers(`${url}/readyz`)))
      rows.push({ moment: 'collector ready', 'after s': elapsedS() })
    if ((await countPoints(url)) >= POINTS) break
    await pass(200)
  }
  rows.push({ moment: `first chart (${POINTS} points)`, 'after s': elapsedS() })
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

printTable(
  'start: npm start in a fresh clone, empty package caches (goal: <= 90 s)',
  await measure(),
)
