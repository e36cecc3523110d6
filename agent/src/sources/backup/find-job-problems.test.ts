import { expect, test } from 'vitest'

import { findJobProblems } from './find-job-problems.ts'

const of = (given: object) =>
  findJobProblems({ schedule: '1d', ...given }).map(
    ({ option, what }) => `${String(option)}: ${what.en}`,
  )

test.each([
  [{ tool: 'report' }],
  [{ tool: 'report', schedule: undefined, at: 'sat 03:30', timezone: 'Asia/Shanghai' }],
  [{ tool: 'file', files: ['/b/*'], trailer: 'x', gzip: true }],
  [{ tool: 'file', files: ['/b/*/backup_manifest'], manifest: true }],
  [{ tool: 'pgbackrest', stanza: 'main', repo: 2, kind: 'diff' }],
  [{ tool: 'expdp', log: '/d/*.log', files: ['/d/*.dmp'] }],
  [{ tool: 'restic', repository: '/r', passwordFile: '/p', select: 'his' }],
  [{ tool: 'borg', repository: 'u@h:/r' }],
])('%j is fine', (given) => {
  expect(of(given)).toEqual([])
})

test.each([
  [{ tool: 'report', schedule: undefined }, ['schedule: no schedule is declared']],
  [{ tool: 'report', at: '02:00' }, ['schedule: schedule and at exclude each other']],
  [{ tool: 'report', timezone: 'Asia/Beijin' }, ['timezone: there is no time zone "Asia/Beijin"']],
  [{ tool: 'file' }, ['files: tool: file needs files']],
  [{ tool: 'file', files: [] }, ['files: files is empty']],
  [{ tool: 'report', files: ['/b'] }, ['files: tool: report has no use for files']],
  [{ tool: 'pgbackrest', stanza: 'm', kind: 'log' }, ['kind: pgBackRest has no kind "log"']],
  [{ tool: 'report', schedule: '0s' }, ['schedule: the schedule is no time at all']],
  [
    { tool: 'file', files: ['/b/*', '/b/**/x'] },
    ['files,1: /b/**/x has **, and no wildcard goes over directories here'],
  ],
  [{ tool: 'report', gzip: true }, ['gzip: is for tool: file']],
  [
    { tool: 'file', files: ['/b'], manifest: true, gzip: true },
    ['manifest: manifest goes with neither gzip nor a trailer'],
  ],
])('%j: %j', (given, problems) => {
  expect(of(given)).toEqual(problems)
})
