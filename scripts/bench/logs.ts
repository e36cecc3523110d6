// What following a log costs: 20 MB of ordinary lines at a time are written into a file, the agent's source of logs follows it with the Linux pack, and the
// CPU time of this process is counted. Then with lines that match, and with a rule that has nothing to search for.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logSource } from '../../agent/src/sources/log.ts'
import { SourceMemory } from '../../agent/src/source-memory.ts'
import { makeSourceContext } from '../../agent/src/testing/source-context.ts'
import { sampleOnce } from '../../agent/src/testing/sample-once.ts'
import watch from '../../agent/src/probes/log/watch.ts'
import { printTable } from './table.ts'

const MIB = 1_048_576
const ROUNDS = 8
const ROUND_BYTES = 20_000_000

const ORDINARY =
  'Nov 22 10:00:00 his1 app[123]: INFO request 12345 served in 12 ms for /his/patient/list from 10.1.2.3 status ok\n'
const MATCHING =
  'Nov 22 10:00:00 his1 kernel: blk_update_request: I/O error, dev sdb, sector 123456\n'

/** Each matching one among so many ordinary lines. */
const CASES = [
  { name: 'Linux pack, ordinary lines', pack: 'linux', every: 0, rules: [] },
  { name: 'Linux pack, 1 of 1,000 lines matches', pack: 'linux', every: 1_000, rules: [] },
  {
    name: 'one rule without a literal',
    pack: 'none',
    every: 0,
    rules: [{ name: 'any', match: '[A-Z]{3} \\d+ ms$' }],
  },
] as const

function makeText(every: number): string {
  const lines = Math.floor(ROUND_BYTES / ORDINARY.length)
  let text = ''
  for (let n = 0; n < lines; n++) text += every > 0 && n % every === 0 ? MATCHING : ORDINARY
  return text
}

async function measure(
  { name, pack, every, rules }: (typeof CASES)[number],
  directory: string,
): Promise<Record<string, string | number>> {
  const file = join(directory, `${encodeURIComponent(name)}.log`)
  const text = makeText(every)
  appendFileSync(file, 'old\n')
  await using opened = await logSource.open(
    await makeSourceContext({
      name,
      memory: await SourceMemory.open(undefined, name),
      options: {
        files: [file],
        pack,
        rules,
        encoding: 'auto',
        excerpt: true,
        maxBytesPerRun: '256MiB',
      },
    }),
  )
  await sampleOnce(watch, opened.session)
  let [ms, lines, lag] = [0, 0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    appendFileSync(file, text)
    const before = process.cpuUsage()
    const { samples } = await sampleOnce(watch, opened.session, { timeMs: round * 1_000 })
    const { user, system } = process.cpuUsage(before)
    ms += (user + system) / 1_000
    const whole = samples.find(({ tags }) => tags['rule'] === '')?.fields
    lines = whole?.['lines_total'] ?? 0
    lag = whole?.['lag_bytes'] ?? 0
  }
  const bytes = ROUNDS * Buffer.byteLength(text) - lag
  return {
    case: name,
    'MiB read': bytes / MIB,
    lines,
    'MB per CPU-second': bytes / 1e6 / (ms / 1_000),
    '% of a core at 20 MB/s': (20e6 / (bytes / (ms / 1_000))) * 100,
  }
}

const directory = mkdtempSync(join(tmpdir(), 'bench-logs-'))
try {
  const rows: Record<string, string | number>[] = []
  for (const one of CASES) rows.push(await measure(one, directory))
  printTable('following a log', rows)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
