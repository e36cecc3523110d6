import { expect, test } from 'vitest'

import { standbyLag } from './standby-lag.ts'

const log = (given: Record<string, unknown>) => ({
  DEST_ID: 1,
  'THREAD#': 1,
  STANDBY_DEST: 'NO',
  FIRST_SEQUENCE: 1,
  FIRST_AGE: 90_000,
  LAST_SEQUENCE: 100,
  LAST_AGE: 30,
  APPLIED_SEQUENCE: null,
  APPLIED_AGE: null,
  ...given,
})

const remote = (given: Record<string, unknown>) =>
  log({ DEST_ID: 2, STANDBY_DEST: 'YES', APPLIED_SEQUENCE: 100, APPLIED_AGE: 30, ...given })

test('is nothing when all that was archived is applied, however long ago that was', () => {
  expect(
    standbyLag([log({ LAST_AGE: 3_000 }), remote({ LAST_AGE: 3_000, APPLIED_AGE: 3_000 })], 2),
  ).toEqual({
    transportSeconds: 0,
    applySeconds: 0,
    unsentLogs: 0,
    unappliedLogs: 0,
  })
})

test('tells what was not sent from what was not applied', () => {
  const logs = [
    log({}),
    remote({ LAST_SEQUENCE: 97, LAST_AGE: 630, APPLIED_SEQUENCE: 90, APPLIED_AGE: 2_030 }),
  ]
  expect(standbyLag(logs, 2)).toEqual({
    transportSeconds: 600,
    applySeconds: 2_000,
    unsentLogs: 3,
    unappliedLogs: 10,
  })
})

test('takes the thread that is furthest behind, and of two local destinations the newer', () => {
  const logs = [
    log({ DEST_ID: 1, LAST_SEQUENCE: 90, LAST_AGE: 900 }),
    log({ DEST_ID: 3 }),
    remote({}),
    log({ 'THREAD#': 2, LAST_SEQUENCE: '70' }),
    remote({
      'THREAD#': 2,
      LAST_SEQUENCE: '68',
      LAST_AGE: 130,
      APPLIED_SEQUENCE: '65',
      APPLIED_AGE: 330,
    }),
  ]
  expect(standbyLag(logs, 2)).toEqual({
    transportSeconds: 100,
    applySeconds: 300,
    unsentLogs: 2,
    unappliedLogs: 5,
  })
})

test('is as long as the records reach back where nothing arrived or was applied', () => {
  expect(standbyLag([log({})], 2)).toEqual({
    transportSeconds: 89_970,
    applySeconds: 89_970,
    unsentLogs: 100,
    unappliedLogs: 100,
  })
  expect(
    standbyLag([log({}), remote({ APPLIED_SEQUENCE: null, APPLIED_AGE: null })], 2),
  ).toMatchObject({
    transportSeconds: 0,
    applySeconds: 89_970,
  })
})

test('is not known where the primary has archived nothing itself', () => {
  expect(standbyLag([], 2)).toBeUndefined()
  expect(standbyLag([remote({})], 2)).toBeUndefined()
  expect(standbyLag([log({ LAST_AGE: null })], 2)).toBeUndefined()
})
