import { expect, test } from 'vitest'
import { findFault } from './vital-signs.ts'

const never = () => new Promise<never>(() => undefined)
const fails = () => Promise.reject(new Error('full'))
const status = { cutUntilMs: undefined }
const works = { status: () => Promise.resolve(status) } as never

test('parts that answer are well, also where they say that they fail', async () => {
  expect(await findFault({ rawRecords: works }, works)).toBeUndefined()
  const failing = { status: fails } as never
  expect(await findFault({ rawRecords: failing }, failing)).toBeUndefined()
})

test('a part that answers no more is named', async () => {
  const silent = { status: never } as never
  expect(await findFault({ rawRecords: works }, silent, 10)).toBe('no answer from store')
  expect(await findFault({ rawRecords: silent }, silent, 10)).toBe('no answer from state and store')
})
