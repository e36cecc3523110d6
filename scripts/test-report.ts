import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/** What a test run leaves for the closing lines of `npm test`. */
export interface TestReport {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  readonly slowest: readonly { readonly file: string; readonly seconds: number }[]
}

/** A vitest reporter that counts, and writes a TestReport to the file named by WARDROUND_TEST_REPORT. */
export default class ReportWriter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const results = tests.map((test) => ({ test, result: test.result() }))
    const brokenModules = modules.filter((module) => module.errors().length > 0)
    const report: TestReport = {
      passed: results.filter(({ result }) => result.state === 'passed').length,
      failed:
        results.filter(({ result }) => result.state === 'failed').length + brokenModules.length,
      skipped: results
        .filter(({ result }) => result.state === 'skipped')
        .map(({ test, result }) => ({
          name: `${test.module.relativeModuleId} > ${test.fullName}`,
          reason: ('note' in result ? result.note : undefined) ?? 'no reason given',
        })),
      slowest: modules
        .map((module) => ({
          file: module.relativeModuleId,
          seconds: module.diagnostic().duration / 1000,
        }))
        .sort((a, b) => b.seconds - a.seconds)
        .slice(0, 10),
    }
    const file = process.env['WARDROUND_TEST_REPORT']
    if (file !== undefined) writeFileSync(file, JSON.stringify(report))
  }
}
