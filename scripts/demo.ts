// npm run demo: a collector with the data of an invented site, 30 days back and then live, on loopback; state below ./var/demo alone. All that it shows
// says that it is invented. A second start goes on from where the first one ended; --fresh begins anew.
import { lockStateDirectory } from '@wardround/program'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ROOT } from './checks.ts'
import { writeBoards } from './demo/boards.ts'
import { configOf, type DemoPlaces, stateOf, writeConfiguration } from './demo/configuration.ts'
import { beginStory, runDemo } from './demo/run-demo.ts'

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    days: { type: 'string', default: '30' },
    directory: { type: 'string', default: join(ROOT, 'var', 'demo') },
  },
})

const places: DemoPlaces = {
  directory: resolve(values.directory),
  address: process.env['WARDROUND_LISTEN'] ?? '127.0.0.1:8471',
}
const stopping = new AbortController()
let collector: ChildProcess | undefined

/** Asks for the end; this process ends when the collector has drained. */
function stop(exitCode: number): void {
  if (stopping.signal.aborted) return
  process.exitCode = exitCode
  clearInterval(orphanWatch)
  stopping.abort()
  collector?.kill('SIGTERM')
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`)
}

/** What a start makes in its directory. */
const MADE = ['collector', 'dashboards', 'projects.d', 'collector.yaml', 'story.json']

/** Takes away what earlier starts made, and nothing else; nothing while one runs. @throws StateLockedError; Error where the state is none of a demo */
async function clear(): Promise<void> {
  const state = stateOf(places)
  if (!existsSync(state)) return
  if (!existsSync(join(state, 'DEMO-DATA.txt')))
    throw new Error(`${state} 不是演示数据，不予删除；it holds no demo data and is left alone`)
  const lock = await lockStateDirectory(state, 'npm run demo -- --fresh')
  await lock[Symbol.asyncDispose]()
  for (const name of MADE) await rm(join(places.directory, name), { recursive: true, force: true })
}

/** Starts the collector and gives where it listens. */
function startCollector(): Promise<string> {
  const program = join(ROOT, 'collector', 'bin', 'wardround-collector.mjs')
  const child = spawn(process.execPath, [program, 'run', '--config', configOf(places)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  collector = child
  return new Promise((listening, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /"address":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
      if (address !== undefined) listening(address)
      else if (/"level":(?:[456]0|"(?:warn|error|fatal)")/.test(line))
        process.stdout.write(`${line}\n`)
    })
    child.on('error', failed)
    child.on('exit', (code, signal) => {
      collector = undefined
      failed(new Error(`the collector ended (${signal ?? `code ${String(code)}`})`))
      stop(code ?? 1)
    })
  })
}

async function main(): Promise<void> {
  const days = Number(values.days)
  if (!(days > 0 && days <= 40))
    throw new RangeError(`--days ${values.days}: expected 0 to 40, such as 30`)
  if (values.fresh) await clear()
  await mkdir(places.directory, { recursive: true })
  const story = await beginStory(places, days, Date.now())
  await writeConfiguration(places, story.bornMs)
  await writeBoards(places)
  const listening = await startCollector()
  process.stdout.write(
    `\n  Wardround 演示数据 demo data   http://${listening}\n` +
      '  所有主机、设备、人员与数值均为虚构 everything is invented\n' +
      `  state: ${places.directory}   重新开始 begin anew: npm run demo -- --fresh   停止 stop: Ctrl-C\n\n`,
  )
  await runDemo({ places, listening, story, say, stop: stopping.signal })
}

const parent = process.ppid
const orphanWatch = setInterval(() => process.ppid === parent || stop(0), 500).unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
try {
  await main()
} catch (error) {
  if (!stopping.signal.aborted)
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  stop(1)
}
