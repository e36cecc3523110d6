// npm run faults [-- ROW…] [--seed N]: the fault matrix in full; prints a table of rows, seeds, counts and times. Ends with 1 when a row does not hold.
import { printTable } from './bench/table.ts'
import { holds, type FaultResult, type FaultRow } from '../tests/faults/fault-row.ts'
import { FAULT_ROWS } from '../tests/faults/fault-rows.ts'

class Skipped extends Error {
  override readonly name = 'Skipped'
}

interface Line {
  readonly row: FaultRow
  readonly result: FaultResult | undefined
  readonly verdict: string
  readonly seconds: number
}

async function runRow(row: FaultRow, seed: number): Promise<Line> {
  console.log(`\n${row.id}: ${row.title} (${row.fullTrials} trials, seed ${seed})`)
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  try {
    const result = await row.run({
      trials: row.fullTrials,
      seed,
      log: (text) => console.log(`  ${text}`),
      skip: (reason) => {
        throw new Skipped(reason)
      },
    })
    for (const violation of result.violations) console.log(`  VIOLATION ${violation}`)
    return { row, result, verdict: holds(result) ? 'holds' : 'BROKEN', seconds: seconds() }
  } catch (error) {
    const skipped = error instanceof Skipped
    console.log(
      `  ${skipped ? 'skipped' : 'failed'}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    return { row, result: undefined, verdict: skipped ? 'skipped' : 'BROKEN', seconds: seconds() }
  }
}

const args = process.argv.slice(2)
const seedAt = args.indexOf('--seed')
const seed = seedAt === -1 ? Date.now() % 1_000_000 : Number(args[seedAt + 1])
const wanted = seedAt === -1 ? args : args.toSpliced(seedAt, 2)
const lines: Line[] = []
for (const row of FAULT_ROWS.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
  lines.push(await runRow(row, seed))

printTable(
  `Fault matrix, seed ${seed}, ${new Date().toISOString()}`,
  lines.map(({ row, result, verdict, seconds }) => ({
    row: row.id,
    what: row.title,
    trials: result?.trials ?? 0,
    expected: result?.expected ?? 0,
    lost: result?.lost ?? 0,
    doubled: result?.duplicated ?? 0,
    verdict,
    measured: Object.entries(result?.measured ?? {})
      .map(
        ([name, value]) =>
          `${name} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`,
      )
      .join(', '),
    seconds,
  })),
)
process.exitCode = lines.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0
