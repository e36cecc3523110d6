import { mkdir, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { build } from 'esbuild'
import { LEAN_ENVIRONMENT, leanOptions } from '../../agent/src/handed-run.ts'
import { ROOT } from '../checks.ts'
import { BundledCollector, openBenchDirectory } from './bundled-collector.ts'
import { MeasuredProcess } from './measured-process.ts'
import { printTable } from './table.ts'

const SHOWN = [100, 1_000, 2_000, 5_000, 8_000, 10_000]
const REQUIRE =
  "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);"

/** Memory of an agent over 10,000 cycles, more than a day's, in fast motion: real probes, a real collector, timers that hurry. */
export async function measureCycles(): Promise<void> {
  await using directory = await openBenchDirectory()
  await using collector = await BundledCollector.start(join(directory.path, 'collector'))
  const token = await collector.createToken('cycles')
  await using agent = await startHurried(directory.path, collector.agentUrl, token)
  const rows: Record<string, number>[] = []
  if (agent.child.stdout === null) throw new Error('the agent has no stdout')
  for await (const line of createInterface({ input: agent.child.stdout })) {
    const cycles = Number(/^cycles (\d+)$/.exec(line)?.[1])
    if (!SHOWN.includes(cycles)) continue
    const { rssMiB, anonymousMiB } = agent.memory()
    rows.push({
      cycles,
      'RSS MB': rssMiB * 1.048576,
      'anonymous MB': anonymousMiB * 1.048576,
      'CPU ms/cycle': agent.cpuMs() / cycles,
    })
    if (cycles >= SHOWN.at(-1)!) break
  }
  printTable('agent: memory over 10,000 cycles in fast motion (goal: flat)', rows)
}

async function startHurried(
  directory: string,
  url: string,
  token: string,
): Promise<MeasuredProcess> {
  const home = join(directory, 'cycles')
  await mkdir(home, { recursive: true })
  const tokenFile = join(home, 'token')
  await writeFile(tokenFile, token, { mode: 0o600 })
  const bundle = join(home, 'cycles.mjs')
  await build({
    entryPoints: [join(ROOT, 'scripts', 'bench', 'agent-cycles-main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    minify: true,
    keepNames: true,
    banner: { js: REQUIRE },
    logLevel: 'warning',
  })
  const plan = JSON.stringify({ url, tokenFile, state: join(home, 'state') })
  const command = [process.execPath, ...leanOptions(), bundle, plan]
  return MeasuredProcess.start('cycles', command, { env: LEAN_ENVIRONMENT, stdout: 'pipe' })
}
