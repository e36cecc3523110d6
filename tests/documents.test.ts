import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FAULT_ROWS } from './faults/fault-rows.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })

test.each(documents)('every link of %s to a file of the repository leads somewhere', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
    ([, target]) => target ?? '',
  )
  expect(links.filter((target) => !existsSync(join(ROOT, dirname(document), target)))).toEqual([])
})

test('every benchmark that npm run bench lists has its script', () => {
  const names = [
    ...readFileSync(join(ROOT, 'scripts/bench.ts'), 'utf8').matchAll(/^ {2}(\w+): '/gm),
  ].map(([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !existsSync(join(ROOT, 'scripts/bench', `${name}.ts`)))).toEqual([])
})

test('every row of the fault matrix is described', () => {
  const text = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8')
  expect(
    FAULT_ROWS.map(({ id }) => id).filter((id) => !new RegExp(`\\b${id}\\b`).test(text)),
  ).toEqual([])
})

test('both READMEs name the two commands and the same documents', () => {
  const [english = '', chinese = ''] = ['README.md', 'README.zh-CN.md'].map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  )
  for (const text of [english, chinese]) expect(text).toMatch(/npm start[\s\S]*npm test/)
  const linksOf = (text: string) =>
    [...text.matchAll(/\]\((docs\/(?!images\/)[^)]+)\)/g)]
      .map(([, target]) => (target ?? '').replace('.zh-CN.md', '.md'))
      .toSorted((a, b) => a.localeCompare(b))
  expect(linksOf(chinese)).toEqual(linksOf(english))
})
