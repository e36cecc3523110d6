import type { Finding } from '../finding.ts'
import { parseValues, type Values } from './parse-values.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** What a test says is found against project files, step by step. */
export class FindingTracks {
  /** How many values the longest of them has. */
  readonly length: number
  readonly #tracks: readonly { readonly finding: Omit<Finding, 'value'>; readonly values: Values }[]

  constructor({ findings, host: otherwise }: Pick<RuleTest, 'findings' | 'host'>) {
    this.#tracks = findings.map(({ kind, host = otherwise, tags, details, values }) => ({
      finding: { kind, host, tags, details },
      values: parseValues(String(values)),
    }))
    this.length = Math.max(0, ...this.#tracks.map(({ values }) => values.length))
  }

  /** All that is found at one step. */
  at(step: number): Finding[] {
    return this.#tracks.flatMap(({ finding, values }) => {
      const value = values[step]
      return value === undefined ? [] : [{ ...finding, value }]
    })
  }
}
