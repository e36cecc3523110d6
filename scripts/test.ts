// npm test: every check and every test; the last line is `N passed, N failed`. With WARDROUND_TEST_SERVERS=install (root on Debian) the
// programs that tests run against are installed first, and a test that was skipped although it could have run is a failure.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeOutcome, ROOT, runCheck, STATIC_CHECKS } from './checks.ts'
import { installTestServers } from './test-servers.ts'
import type { TestReport } from './test-report.ts'

/** How a skip says that no installation could have helped, e.g. `not on this machine: systemd is not PID 1`. */
const IMPOSSIBLE_HERE = 'not on this machine: '

const installing = process.env['WARDROUND_TEST_SERVERS'] === 'install'
const filters = process.argv.slice(2)
let passed = 0
let failed = 0

function count(ok: boolean): void {
  if (ok) passed++
  else failed++
}

async function runStaticChecks(): Promise<void> {
  for (const check of STATIC_CHECKS) {
    const outcome = await runCheck(check)
    console.log(describeOutcome(outcome))
    count(outcome.passed)
  }
}

async function runVitest(): Promise<TestReport | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'wardround-test-'))
  const file = join(directory, 'report.json')
  const args = ['run', '--reporter=default', '--reporter=./scripts/test-report.ts', ...filters]
  const child = spawn('vitest', args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, WARDROUND_TEST_REPORT: file },
  })
  const code = await new Promise<number>((resolve) =>
    child.on('close', (exitCode) => resolve(exitCode ?? 1)).on('error', () => resolve(127)),
  )
  const report = readReport(file)
  rmSync(directory, { recursive: true, force: true })
  if (report === undefined || (code !== 0 && report.failed === 0)) count(false) // an error outside any test
  return report
}

function readReport(file: string): TestReport | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own reporter a moment ago
    return JSON.parse(readFileSync(file, 'utf8')) as TestReport
  } catch {
    return undefined // vitest ended before its report: counted as a failure
  }
}

function reportTests(report: TestReport): void {
  passed += report.passed
  failed += report.failed
  console.log('\nSlowest test files:')
  for (const { file, seconds } of report.slowest)
    console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${file}`)
  if (report.skipped.length > 0) console.log('\nSkipped:')
  for (const { name, reason } of report.skipped) {
    const allowed = !installing || reason.startsWith(IMPOSSIBLE_HERE)
    console.log(`  ${name}: ${reason}${allowed ? '' : ' (FAIL: it could have run here)'}`)
    if (!allowed) failed++
  }
}

const startedAt = performance.now()
if (installing) count(installTestServers())
if (filters.length === 0) await runStaticChecks()
const report = await runVitest()
if (report !== undefined) reportTests(report)

const skipped =
  report === undefined || report.skipped.length === 0 ? '' : `, ${report.skipped.length} skipped`
console.log(`\nAll of it took ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`)
console.log(`${passed} passed, ${failed} failed${skipped}`)
process.exitCode = failed === 0 ? 0 : 1
