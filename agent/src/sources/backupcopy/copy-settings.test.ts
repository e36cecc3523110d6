import { expect, test } from 'vitest'

import { findCopyProblems, toCopySettings } from './copy-settings.ts'

const DEFAULTS = { job: 'j', schedule: '1d', grace: '2h', rate: '20MB' }

test('what is compared', () => {
  const settings = toCopySettings({
    ...DEFAULTS,
    first: { files: '/backup/hcdb1/*.dmp' },
    second: { directory: '/mnt/offline' },
    rehashAfter: '180d',
  })
  expect(settings).toMatchObject({
    job: 'j',
    database: '',
    periodMs: 86_400_000,
    graceMs: 7_200_000,
  })
  expect(settings.comparison).toEqual({
    first: { directory: '/backup/hcdb1', pattern: '*.dmp' },
    second: { directory: '/mnt/offline', pattern: '*.dmp' },
    isRemovable: false,
    usesSha256: true,
    bytesPerSecond: 20_000_000,
    rehashAfterMs: 15_552_000_000,
  })
})

test('without a second directory a person attests it', () => {
  expect(toCopySettings(DEFAULTS).comparison).toBeUndefined()
})

test.each([
  ['500KB', 500_000],
  ['1.5GB', 1_500_000_000],
  ['0MB', 1_000],
])('%s a second', (rate, bytesPerSecond) => {
  const second = { directory: '/b' }
  const settings = toCopySettings({ ...DEFAULTS, rate, first: { directory: '/a' }, second })
  expect(settings.comparison?.bytesPerSecond).toBe(bytesPerSecond)
})

test.each([
  [{ first: { directory: '/a' }, second: { directory: '/b' } }, []],
  [{ first: { files: '/a/*' }, second: { directory: '/b' } }, []],
  [{}, []],
  [{ first: { directory: '/a' } }, ['first']],
  [{ second: { directory: '/b' } }, ['second']],
  [{ first: {}, second: { directory: '/b' } }, ['first']],
  [{ first: { directory: '/a', files: '/a/*' }, second: { directory: '/b' } }, ['first']],
  [{ first: { directory: '/a' }, second: { removable: true } }, ['second']],
  [{ first: { directory: '/a' }, second: { directory: '/ab' } }, []],
])('%j', (options, wrong) => {
  expect(findCopyProblems(options).map(({ option }) => option)).toEqual(wrong)
})

test.each([
  [{ directory: '/a' }, '/a'],
  [{ directory: '/a/' }, '/b/../a'],
  [{ directory: '/a' }, '/a/copy'],
  [{ directory: '/a/first' }, '/a'],
  [{ directory: '/' }, '/b'],
  [{ files: '/a/*.dmp' }, '/a'],
  [{ files: '/a/**/*.bak' }, '/a/b'],
])('%j has no second copy in %s', (first, directory) => {
  expect(findCopyProblems({ first, second: { directory } })).toMatchObject([
    { option: ['second', 'directory'] },
  ])
})
