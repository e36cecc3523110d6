import type { FileLayer } from '@wardround/journal'
import { callControlSocket, checkYaml, openLog } from '@wardround/program'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, startCollector } from '../collector.ts'
import { CollectorConfig } from '../config.ts'
import type { Ping } from '../reach/ping.ts'
import { AgentClient } from './agent-client.ts'

export interface CollectorHarnessOptions {
  /** More of collector.yaml. */
  readonly yaml?: string
  readonly directory?: string
  readonly files?: FileLayer
  readonly ping?: Ping
  /** The collector's wall clock. */
  readonly nowMs?: () => number
  readonly monotonicMs?: () => number
  /** How often a host is pinged whose agent has gone. */
  readonly pingEvery?: string
  readonly console?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A whole collector in this process, on a port of its own and a state directory of its own. */
export class CollectorHarness implements AsyncDisposable {
  readonly directory: string
  readonly collector: Collector
  readonly #ownDirectory: boolean

  private constructor(directory: string, collector: Collector, ownDirectory: boolean) {
    this.directory = directory
    this.collector = collector
    this.#ownDirectory = ownDirectory
  }

  static async start(options: CollectorHarnessOptions = {}): Promise<CollectorHarness> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'wardround-collector-')))
    const collector = await startCollector(configOf(directory, options.yaml, options.pingEvery), {
      log: openLog({ name: 'test', level: 'silent' }),
      environment: options.environment ?? {},
      console: options.console ?? join(directory, 'no-page'),
      ...(options.files === undefined ? {} : { files: options.files }),
      ...(options.ping === undefined ? {} : { ping: options.ping }),
      ...(options.nowMs === undefined ? {} : { nowMs: options.nowMs }),
      ...(options.monotonicMs === undefined ? {} : { monotonicMs: options.monotonicMs }),
    })
    return new CollectorHarness(directory, collector, options.directory === undefined)
  }

  get port(): number {
    return Number(this.collector.address.split(':').at(-1))
  }

  url(path: string): string {
    return `http://${this.collector.address}${path}`
  }

  async get<T = unknown>(path: string, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(this.url(path), { headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test says what it expects
    return (await response.json()) as T
  }

  async createToken(kind: 'agent' | 'api', name: string): Promise<string> {
    const socket = join(this.directory, 'control.sock')
    const answer = await callControlSocket(socket, 'token-create', { kind, name })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command answers
    return (answer as { token: string }).token
  }

  /** A write token, for the project his and any host unless said otherwise. */
  async createWriteToken(
    request: { name?: string; project?: string; role?: string; hosts?: readonly string[] } = {},
  ): Promise<string> {
    const socket = join(this.directory, 'control.sock')
    const asked = { name: 'telegraf', project: 'his', hosts: ['*'], ...request }
    const answer = await callControlSocket(socket, 'write-token-create', asked)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command answers
    return (answer as { token: string }).token
  }

  /** An agent of a host that has been welcomed. */
  async join(
    host: string,
    hello: Parameters<AgentClient['join']>[0] = {},
    from: Parameters<typeof AgentClient.connect>[1] = {},
  ): Promise<AgentClient> {
    const token = await this.createToken('agent', host)
    const client = await AgentClient.connect(this.port, { token, ...from })
    await client.join(hello)
    return client
  }

  reload(yaml: string): Promise<void> {
    return this.collector.reload(async () => configOf(this.directory, yaml))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector[Symbol.asyncDispose]()
    if (this.#ownDirectory) await rm(this.directory, { recursive: true })
  }
}

export function configOf(directory: string, yaml = '', pingEvery = '15s') {
  const text = [
    'listen: 127.0.0.1:0',
    `state: ${directory}`,
    'journal: {reserveBytes: 0B, reserveFraction: 0}',
    'log: {level: silent}',
    `deadlines: {probe: 20ms, facts: 20ms, alive: 50ms, ping: ${pingEvery}}`,
    yaml,
  ].join('\n')
  return checkYaml(CollectorConfig, { file: 'collector.yaml', text })
}
