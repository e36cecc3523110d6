import { expect, test } from 'vitest'
import { countMissingGtids, countMissingSequences } from './count-gtids.ts'

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562'
const B = '726754f2-1fd1-11eb-8ffb-080027a37c29'

test.each([
  ['', '', 0],
  [`${A}:1-5`, '', 5],
  [`${A}:1-5`, `${A}:1-5`, 0],
  [`${A}:1-100:200-209`, `${A}:1-90:205`, 10 + 9],
  [`${A}:1-10:20-30:40-50`, `${A}:45-47:5-25`, 4 + 5 + 8],
  [`${A}:1-100`, `${A}:1-10:12-50:90-200`, 1 + 39],
  [`${A}:7`, `${B}:1-100`, 1],
  [`${A.toUpperCase()}:1-3,\n${B}:1-2`, `${A}:1-3`, 2],
  [`${A}:1-3:tag_a:1-4`, `${A}:1-3:tag_a:1`, 3],
  ['rubbish', '', undefined],
  [`${A}:x-y`, '', undefined],
  [`${A}:1-2`, 'rubbish', undefined],
])('%s without %s', (received, executed, missing) => {
  expect(countMissingGtids(received, executed)).toBe(missing)
})

test.each([
  ['0-1-100', '0-1-90', 10],
  ['0-1-100,1-7-5', '0-2-100,1-7-3', 2],
  ['0-1-5', '0-1-9', 0],
  ['2-1-5', '', 5],
  ['', '', 0],
  ['0-1', '', undefined],
])('MariaDB: %s without %s', (received, executed, missing) => {
  expect(countMissingSequences(received, executed)).toBe(missing)
})
