// npm run bench [-- NAME…]: the benchmarks, one after the other, each in a process of its own. They print ratios against peers that are
// installed (Debian: prometheus-node-exporter collectd-core victoria-metrics) and measured in the same run. Nothing here is asserted.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './checks.ts'

const BENCHMARKS = {
  codec: 'wire and disk coding: bytes and ns a sample, beside JSON and line protocol',
  rules: 'rule evaluation: ns a sample',
  store: 'embedded store: samples per CPU-second, bytes a sample, queries, beside VictoriaMetrics',
  'writing-out':
    'from the journal into VictoriaMetrics on the same cores: samples a second, CPU of both',
  pipeline:
    'sockets to store with 100 rules an agent: samples per CPU-second, beside VictoriaMetrics',
  lines:
    'line protocol into the embedded store: samples per CPU-second, beside VictoriaMetrics on the same bytes',
  fleet: '5,000 connected agents: CPU, acknowledgement latency, memory a connection and a series',
  alert: 'a sample over its threshold to the webhook: latency',
  'alert-restart': 'a start on 10,000 firing alerts: until all are there again',
  agent:
    'the agent: CPU and memory beside node_exporter and collectd, bytes on the wire and on disk',
  postgresql:
    'the source of PostgreSQL on 50 databases and 5,000 tables: CPU, duration of statements',
  snmp: '200 switches of 96 ports, 50 of them dead, over SNMP: CPU and memory of the polling side',
  logs: 'following a log: MB per CPU-second, with lines that match and with a rule that has nothing to search for',
  start: 'npm start in a fresh clone to the first chart',
} as const

type BenchmarkName = keyof typeof BENCHMARKS

function isBenchmark(name: string): name is BenchmarkName {
  return Object.hasOwn(BENCHMARKS, name)
}

async function runBenchmark(name: BenchmarkName): Promise<boolean> {
  console.log(`\n# ${name}: ${BENCHMARKS[name]}`)
  const child = spawn(
    process.execPath,
    ['--expose-gc', join(ROOT, 'scripts', 'bench', `${name}.ts`)],
    { stdio: 'inherit' },
  )
  const code = await new Promise<number>((resolve) =>
    child.on('close', (exitCode) => resolve(exitCode ?? 1)),
  )
  if (code !== 0) console.error(`benchmark ${name} ended with code ${code}`)
  return code === 0
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !isBenchmark(name))
if (unknown.length > 0) {
  console.error(
    `unknown benchmark ${unknown.join(', ')}; expected some of ${Object.keys(BENCHMARKS).join(', ')}`,
  )
  process.exitCode = 2
} else {
  const names =
    wanted.length > 0 ? wanted.filter(isBenchmark) : Object.keys(BENCHMARKS).filter(isBenchmark)
  for (const name of names) if (!(await runBenchmark(name))) process.exitCode = 1
}
