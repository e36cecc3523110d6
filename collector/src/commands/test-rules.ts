import { ConfigError, EXIT, pickText, type Language } from '@wardround/program'
import { readRuleTests, type PlacedTest } from '../configuration/read-rule-tests.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'
import { compareUnitTest } from '../rules/unit-tests/compare-unit-test.ts'
import { formatComparison } from '../rules/unit-tests/format-comparison.ts'
import { runUnitTest } from '../rules/unit-tests/run-unit-test.ts'
import { type CommonOptions, configOf } from './common-options.ts'
import { rulesOf } from './rules-of.ts'

/**
 * `test-rules FILE…`: runs each file's tests against the configured rules, those that come with Wardround where nothing is configured. Exit code 1
 * where a test fails, 78 where a file is wrong.
 */
export async function testRules(
  files: readonly string[],
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const { rules, catalogue } = await rulesOf(await configOf(options))
  const read = await readAll(files, (file) => readRuleTests(file, rules, catalogue))
  const counts = read.map(({ file, tests }) => runFile(file, tests, rules, language))
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const failed = counts.reduce((sum, count) => sum + count.failed, 0)
  const sum =
    failed === 0
      ? { zh: `${total} 个测试全部通过`, en: `all ${total} tests passed` }
      : { zh: `${total} 个测试中 ${failed} 个失败`, en: `${failed} of ${total} tests failed` }
  print(pickText(sum, language))
  if (failed > 0) process.exitCode = EXIT.failed
}

interface ReadFile {
  readonly file: string
  readonly tests: readonly PlacedTest[]
}

/** Reads every file before any test runs, so that one look shows all that is wrong. */
async function readAll(
  files: readonly string[],
  read: (file: string) => Promise<PlacedTest[]>,
): Promise<ReadFile[]> {
  const done = await Promise.allSettled(files.map(read))
  const problems = done.flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof ConfigError) return result.reason.problems
    throw result.reason
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return done.flatMap((result, index) =>
    result.status === 'fulfilled' ? [{ file: files[index] ?? '', tests: result.value }] : [],
  )
}

function runFile(
  file: string,
  tests: readonly PlacedTest[],
  rules: RuleSet,
  language: Language,
): { readonly count: number; readonly failed: number } {
  let failed = 0
  for (const { test, position } of tests) {
    const comparison = compareUnitTest(test, runUnitTest(rules, test))
    if (comparison.passed) continue
    failed++
    const word = pickText({ zh: '失败', en: 'failed' }, language)
    print(`${file}:${position.line}:${position.column}: ${word}: ${test.note}`)
    for (const line of formatComparison(comparison, language)) print(`  ${line}`)
  }
  return { count: tests.length, failed }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
