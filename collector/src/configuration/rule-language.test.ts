import { readFile } from 'node:fs/promises'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { CLAUSES_FILE, defaultPackDirectory } from './read-rules.ts'
import { toClauseBook } from '../rules/clause-book.ts'
import { ClauseFile } from '../rules/clauses.ts'
import { MetricFile } from '../rules/metrics/metric-file.ts'
import { readSiteMetrics } from '../rules/metrics/site-metrics.ts'
import { catalogue, rulesFromYaml } from '../rules/testing/rules-from-yaml.ts'

const DOCUMENTS = ['rule-language.md', 'rule-language.zh-CN.md']

/** The YAML of a document whose blocks begin with a key. */
async function blocksOf(name: string, key: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
  return blocks.map(([, block = '']) => block).filter((block) => block.startsWith(key))
}

async function packClauses() {
  const text = await readFile(`${defaultPackDirectory()}${CLAUSES_FILE}`, 'utf8')
  return toClauseBook([checkYaml(ClauseFile, { file: CLAUSES_FILE, text })]).clauses
}

test.each(DOCUMENTS)('every rule of docs/%s is taken', async (name) => {
  const clauses = await packClauses()
  const blocks = await blocksOf(name, '- id:')
  expect(blocks.length).toBeGreaterThan(1)
  for (const block of blocks) {
    const rules = block.trimEnd().replaceAll('\n', '\n  ')
    const { definitions } = rulesFromYaml(`rules:\n  ${rules}\n`, catalogue, clauses)
    expect(definitions.size).toBeGreaterThan(0)
  }
})

test.each(DOCUMENTS)('the clauses and metrics of docs/%s are taken', async (name) => {
  const [clauses = ''] = await blocksOf(name, 'documents:')
  const book = toClauseBook([checkYaml(ClauseFile, { file: 'a.yaml', text: clauses })])
  expect([book.clauses.size, book.problems]).toEqual([1, []])
  const [metrics = ''] = await blocksOf(name, 'measurements:')
  const source = checkYaml(MetricFile, { file: 'a.yaml', text: metrics })
  const { declarations, problems } = readSiteMetrics([source], catalogue)
  expect([declarations.length, problems]).toEqual([1, []])
})
