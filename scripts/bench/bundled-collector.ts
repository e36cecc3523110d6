import { rmSync } from 'node:fs'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { callControlSocket } from '@wardround/program'
import { bundleProgram } from '../bundle.ts'
import { MeasuredProcess } from './measured-process.ts'

const START_DEADLINE_MS = 30_000

/** A directory below the system's temporary one that goes away at the end. */
export async function openBenchDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'wardround-bench-'))
  const removeNow = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', removeNow)
  return {
    path,
    async [Symbol.asyncDispose]() {
      process.off('exit', removeNow)
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** The collector as it is released, one file, in a process whose CPU and memory are counted. Its log stays in `lines`. */
export class BundledCollector implements AsyncDisposable {
  readonly process: MeasuredProcess
  readonly port: number
  /** When its process was started, by performance.now(). */
  readonly startedAtMs: number
  /** From there to its listening. */
  readonly startMs: number
  readonly #state: string

  private constructor(process: MeasuredProcess, port: number, state: string, startedAtMs: number) {
    this.process = process
    this.port = port
    this.startedAtMs = startedAtMs
    this.startMs = performance.now() - startedAtMs
    this.#state = state
  }

  /** `settings` are added to collector.yaml; NODE_OPTIONS for a profile go through BENCH_COLLECTOR_FLAGS. */
  static async start(
    directory: string,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<BundledCollector> {
    await mkdir(directory, { recursive: true })
    const bundle = await bundleProgram('collector', directory)
    const state = join(directory, 'collector')
    const file = join(directory, 'collector.yaml')
    // JSON is YAML
    const config = { listen: '127.0.0.1:0', state, language: 'en' }
    await writeFile(file, JSON.stringify({ ...config, ...settings, log: { level: 'info' } }))
    const flags = (process.env['BENCH_COLLECTOR_FLAGS'] ?? '').split(' ').filter(Boolean)
    const command = [process.execPath, ...flags, bundle, 'run', '--config', file]
    const startedAtMs = performance.now()
    const started = await MeasuredProcess.start('collector', command, { stdout: 'pipe' })
    try {
      return new BundledCollector(started, await readPort(started), state, startedAtMs)
    } catch (error) {
      await started[Symbol.asyncDispose]()
      throw error
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Where agents connect. */
  get agentUrl(): string {
    return `ws://127.0.0.1:${this.port}/agent/v1`
  }

  async createToken(host: string): Promise<string> {
    const request = { kind: 'agent', name: host }
    const socket = join(this.#state, 'control.sock')
    return tokenOf(await callControlSocket(socket, 'token-create', request))
  }

  /** A token that may write lines about any host. */
  async createWriteToken(): Promise<string> {
    const request = { name: 'bench', project: 'bench', hosts: ['*'] }
    return tokenOf(
      await callControlSocket(join(this.#state, 'control.sock'), 'write-token-create', request),
    )
  }

  /** One of its own metrics, all label sets added up; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  /** Resolves when the embedded store has taken in so many samples since the start. */
  async untilStored(samples: number, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const stored = await this.metric('wardround_collector_store_samples_total')
      if (stored >= samples) return
      if (performance.now() > deadline) {
        throw new Error(`the store has ${stored} of ${samples} samples after ${withinMs} ms`)
      }
      await pass(250)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]()
  }
}

export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function tokenOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'token' in answer)
    return String(answer.token)
  throw new Error('the collector gave no token')
}

async function readPort({ child }: MeasuredProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the collector has no stdout')
  const found = Promise.withResolvers<number>()
  const fail = (why: string) => found.reject(new Error(`the collector ${why}`))
  const timer = setTimeout(
    () => fail(`did not listen in ${START_DEADLINE_MS} ms`),
    START_DEADLINE_MS,
  )
  child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const port = /"address":"[^"]*:(\d+)"/.exec(line)?.[1]
    if (port !== undefined && line.includes('"listening"')) found.resolve(Number(port))
    if (/"level":"?(error|fatal|50|60)/.test(line)) console.error(`collector: ${line}`)
  })
  return found.promise.finally(() => clearTimeout(timer))
}
