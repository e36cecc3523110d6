import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SOURCES = join(import.meta.dirname, '../..')
const PRODUCT = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => !file.startsWith('testing/'))
  .map((file) => ({ file, text: readFileSync(join(SOURCES, file), 'utf8') }))

test('a link to a device is made in one place, and it knows reading alone', () => {
  const makers = PRODUCT.filter(
    ({ text }) => /create(V3)?Session\(/.test(text) && /net-snmp/.test(text),
  )
  expect(makers.map(({ file }) => file)).toEqual(['sources/snmp/snmp-link.ts'])
  const called = [...(makers[0]?.text.matchAll(/session\.(\w+)\(/g) ?? [])].map(([, name]) => name)
  expect(new Set(called)).toEqual(new Set(['on', 'get', 'getNext', 'getBulk', 'close']))
})

test('no file of the agent knows a SET or an INFORM', () => {
  const writing = /SetRequest|InformRequest|\bsnmpset\b|simpleGet\(|createSubagent/
  expect(PRODUCT.filter(({ text }) => writing.test(text)).map(({ file }) => file)).toEqual([])
})
