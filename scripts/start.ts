// npm start: a collector with the embedded store and an agent for this host, both on loopback, state below ./var.
// Each program that dies is started again after a second, as systemd would; Ctrl-C drains both.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './checks.ts'
import {
  agentYaml,
  collectorYaml,
  rulesOf,
  stateOf,
  tokenOf,
  type StartPlaces,
} from './start-configurations.ts'

const VAR = join(ROOT, 'var')
const COLLECTOR_CONFIG = join(VAR, 'collector.yaml')
const AGENT_CONFIG = join(VAR, 'agent.yaml')
/** The collector's configuration takes the same variable. */
const ADDRESS = process.env['WARDROUND_LISTEN'] ?? '127.0.0.1:8470'
const RESTART_DELAY_MS = 1_000
const PLACES: StartPlaces = { directory: VAR, address: ADDRESS }
const TOKEN = tokenOf(PLACES)
/** Exit codes after which starting again would only repeat itself: wrong usage, bad configuration. */
const HOPELESS = [2, 78]

async function writeIfAbsent(file: string, text: string, mode: number): Promise<void> {
  if (!existsSync(file)) await writeFile(file, text, { mode })
}

function program(name: 'agent' | 'collector', args: readonly string[]): string[] {
  const config = name === 'agent' ? AGENT_CONFIG : COLLECTOR_CONFIG
  // a configuration of before may name none
  const place = /^state:/m.test(readFileSync(config, 'utf8'))
    ? []
    : ['--state', stateOf(name, PLACES)]
  return [join(ROOT, name, 'bin', `wardround-${name}.mjs`), ...args, '--config', config, ...place]
}

/** Runs a short command of the collector and gives what it printed. */
async function askCollector(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, program('collector', args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`wardround-collector ${args.join(' ')} ended with code ${String(code)}`)
  return Buffer.concat(chunks).toString().trim()
}

async function prepare(): Promise<void> {
  await mkdir(rulesOf(PLACES), { recursive: true })
  await writeIfAbsent(COLLECTOR_CONFIG, collectorYaml(PLACES), 0o640)
  await writeIfAbsent(AGENT_CONFIG, agentYaml(PLACES), 0o640)
  if (!existsSync(TOKEN)) {
    const token = await askCollector(['token', 'create', hostname()])
    await writeFile(TOKEN, `${token}\n`, { mode: 0o600 })
  }
}

const running = new Set<ChildProcess>()
let stopping = false

/** Starts a program, and again when it dies; `onLine` sees what it logs. */
function keepRunning(
  name: 'agent' | 'collector',
  onLine: (line: string) => void = () => undefined,
  environment: NodeJS.ProcessEnv = {},
): void {
  const child = spawn(process.execPath, program(name, ['run']), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, ...process.env },
  })
  running.add(child)
  child.stdout.pipe(process.stdout, { end: false })
  createInterface({ input: child.stdout }).on('line', onLine)
  child.on('exit', (code, signal) => {
    running.delete(child)
    if (stopping) return
    const how = signal === null ? `code ${String(code)}` : signal
    process.stderr.write(`wardround-${name} ended (${how})\n`)
    const isHopeless =
      code !== null && (HOPELESS.includes(code) || (name === 'collector' && !greeted))
    if (isHopeless) return stop(code)
    setTimeout(() => !stopping && keepRunning(name, onLine, environment), RESTART_DELAY_MS)
  })
}

/** Asks both programs to drain; this process ends when they have. */
function stop(exitCode: number): void {
  if (stopping) return
  stopping = true
  process.exitCode = exitCode
  clearInterval(orphanWatch)
  for (const child of running) child.kill('SIGTERM')
}

/** Once the collector says where it listens (its configuration may name another place), the agent follows. */
let greeted = false
function greet(line: string): void {
  const address = /"address":"([^"]+)".*"msg":"listening"/.exec(line)?.[1]
  if (greeted || address === undefined) return
  greeted = true
  keepRunning('agent', undefined, { WARDROUND_COLLECTOR__URL: `ws://${address}/agent/v1` })
  process.stdout.write(
    `\n  Wardround  http://${address}\n  settings and state: ./var   stop: Ctrl-C   停止请按 Ctrl-C\n\n`,
  )
}

const parent = process.ppid
const orphanWatch = setInterval(() => process.ppid === parent || stop(0), 500).unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
try {
  await prepare()
  keepRunning('collector', greet)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  stop(1)
}
