import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleProgram } from '../bundle.ts'
import { MeasuredProcess } from './measured-process.ts'

export interface BundledAgentOptions {
  readonly name: string
  readonly directory: string
  /** ws://… */
  readonly url: string
  readonly token: string
  /** Put before the agent's own command, such as strace. */
  readonly under?: readonly string[]
}

/** The agent as it is released, one file, which sets its Node's flags itself; all host probes at their own intervals (10 s, some rarer). */
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
  const program = [process.execPath, ...flags, bundle, 'run', '--config', file]
  return MeasuredProcess.start(name, [...under, ...program], {
    stdout: 'ignore',
  })
}
