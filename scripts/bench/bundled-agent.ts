import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleProgram } from '../bundle.ts'
import { MeasuredProcess } from './measured-process.ts'

/** As agent/bin/wardround-agent.mjs starts it. */
export const LEAN_FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--optimize-for-size',
  '--v8-pool-size=0',
]
export const LEAN_ENVIRONMENT = { UV_THREADPOOL_SIZE: '1' }

export interface BundledAgentOptions {
  readonly name: string
  readonly directory: string
  /** ws://… */
  readonly url: string
  readonly token: string
  /** Put before the agent's own command, such as strace. */
  readonly under?: readonly string[]
}

/** The agent as it is released, one file, with the flags of its starter, all host probes at their own intervals (10 s, some rarer). */
export async function startBundledAgent(options: BundledAgentOptions): Promise<MeasuredProcess> {
  const { name, url, token, under = [] } = options
  const directory = join(options.directory, name)
  await mkdir(directory, { recursive: true })
  const bundle = await bundleProgram('agent', options.directory)
  const tokenFile = join(directory, 'token')
  await writeFile(tokenFile, token, { mode: 0o600 })
  const file = join(directory, 'agent.yaml')
  const config = {
    host: name,
    state: join(directory, 'state'),
    collector: { url, token: { file: tokenFile } },
  }
  await writeFile(file, JSON.stringify(config)) // JSON is YAML
  const flags = (process.env['BENCH_AGENT_FLAGS'] ?? '').split(' ').filter(Boolean)
  const program = [process.execPath, ...LEAN_FLAGS, ...flags, bundle, 'run', '--config', file]
  return MeasuredProcess.start(name, [...under, ...program], {
    env: LEAN_ENVIRONMENT,
    stdout: 'ignore',
  })
}
