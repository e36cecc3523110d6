import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { parsePgbackrest } from './parse-pgbackrest.ts'

const RECORDED = join(import.meta.dirname, '../../../../../shared/device-data/backup/pgbackrest')
const NO_RECORDINGS = 'not on this machine: the recordings in ../shared'

/** As pgBackRest 2.45 answers. */
const backup = (label: string, stop: number, given: object = {}) => ({
  label,
  type: 'full',
  error: false,
  database: { id: 1, 'repo-key': 1 },
  timestamp: { start: stop - 60, stop },
  info: { size: 1_000_000, delta: 1_000_000, repository: { delta: 90_000, size: 100_000 } },
  ...given,
})

const stanza = (given: object = {}) => ({
  name: 'main',
  status: { code: 0, message: 'ok', lock: { backup: { held: false } } },
  repo: [{ key: 1, status: { code: 0, message: 'ok' } }],
  db: [{ id: 1, 'repo-key': 1, 'system-id': 7_000_000_000_000_000_000, version: '15' }],
  backup: [backup('20261121-020000F', 1_795_226_400)],
  ...given,
})

const parse = (given: object, kind = 'full', repo?: number) =>
  parsePgbackrest(JSON.stringify([given]), { stanza: 'main', repo, kind })

test('a backup of one repository', () => {
  expect(parse(stanza()).get(1)).toEqual({
    runs: [
      {
        id: '20261121-020000F',
        outcome: 'ok',
        startMs: 1_795_226_340_000,
        endMs: 1_795_226_400_000,
        bytesIn: 1_000_000,
        bytesOut: 90_000,
        comparedBytes: undefined,
        family: 'full',
        checksumOk: true,
        message: undefined,
      },
    ],
    oldestMs: 1_795_226_400_000,
  })
})

test('ok is no proof that there is a backup', () => {
  expect(parse(stanza({ backup: [] })).get(1)).toMatchObject({ runs: [], absent: {} })
})

test('an incremental is no full; a full serves as an incremental', () => {
  const both = stanza({
    backup: [backup('A', 1_000), backup('A_B', 2_000, { type: 'incr' })],
  })
  expect(
    parse(both, 'full')
      .get(1)
      ?.runs.map(({ id }) => id),
  ).toEqual(['A'])
  expect(
    parse(both, 'diff')
      .get(1)
      ?.runs.map(({ id }) => id),
  ).toEqual(['A'])
  expect(
    parse(both, 'incr')
      .get(1)
      ?.runs.map(({ id }) => id),
  ).toEqual(['A', 'A_B'])
})

test('an incremental is of the size of its database', () => {
  const given = stanza({ backup: [backup('A_B', 2_000, { type: 'incr' })] })
  expect(parse(given, 'incr').get(1)?.runs).toMatchObject([{ comparedBytes: 1_000_000 }])
})

test('backups of the database before an upgrade do not count', () => {
  const upgraded = stanza({
    db: [
      { id: 1, 'repo-key': 1, 'system-id': 1, version: '14' },
      { id: 2, 'repo-key': 1, 'system-id': 2, version: '15' },
    ],
  })
  expect(parse(upgraded).get(1)).toMatchObject({ runs: [], absent: {} })
})

test('of two repositories the one whose database is not the present one has failed, though the ids differ in their last digit', () => {
  const text = JSON.stringify([
    stanza({
      status: { code: 5, message: 'database mismatch across repos' },
      repo: [1, 2].map((key) => ({ key, status: { code: 0, message: 'ok' } })),
      db: [1, 2].map((key) => ({ id: 1, 'repo-key': key, 'system-id': `ID${key}` })),
      backup: [backup('OLD', 1_000, { database: { id: 1, 'repo-key': 2 } }), backup('NEW', 2_000)],
    }),
  ])
  const exact = text.replace('"ID1"', '6626363367545678089').replace('"ID2"', '6626363367545678088')
  const repos = parsePgbackrest(exact, { stanza: 'main', repo: undefined, kind: 'full' })
  expect(repos.get(1)?.runs).toMatchObject([{ id: 'NEW', outcome: 'ok' }])
  expect(repos.get(2)?.runs).toMatchObject([{ id: 'OLD', outcome: 'failed' }])
})

test('pages with wrong checksums: a warning, and the checksums are not right', () => {
  const runs = parse(stanza({ backup: [backup('A', 1_000, { error: true })] })).get(1)?.runs
  expect(runs).toMatchObject([{ outcome: 'warning', checksumOk: false }])
})

test('a lock that is held is a run', () => {
  const lock = { backup: { held: true, 'size-cplt': 42 } }
  const runs = parse(stanza({ status: { code: 0, message: 'ok', lock } })).get(1)?.runs
  expect(runs?.at(-1)).toEqual({ id: 'running', outcome: 'running', bytesOut: 42 })
})

test('a stanza or repository that is not there', () => {
  expect(parsePgbackrest('[]', { stanza: 'main', repo: undefined, kind: 'full' }).get(1)).toEqual({
    runs: [],
    absent: expect.objectContaining({ en: 'there is no stanza main' }),
  })
  expect(parse(stanza(), 'full', 2)).toEqual(
    new Map([[2, { runs: [], absent: expect.objectContaining({ en: 'there is no repo2' }) }]]),
  )
})

test.each(['', '{}', 'null', '[', 'ERROR: [055]: no'])('refuses %j', (answer) => {
  const job = { stanza: 'main', repo: undefined, kind: 'full' }
  expect(() => parsePgbackrest(answer, job)).toThrow(ProbeError)
})

test('takes any JSON without falling over', () => {
  const names = ['name', 'status', 'repo', 'key', 'code', 'backup', 'db', 'id', 'repo-key', 'info']
  const keys = fc.constantFrom(...names)
  const leaf = fc.oneof(fc.constant('main'), fc.constant(0), fc.constant(1), fc.json())
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(keys, tree, { maxKeys: 8 }), (given) => {
      for (const { runs } of parse({ ...given, name: 'main' }, 'incr').values())
        for (const { endMs = 0 } of runs) expect(endMs).not.toBeNaN()
    }),
    { numRuns: 300 },
  )
})

describe('recorded answers', () => {
  const has = existsSync(RECORDED)

  const read = (prefix: string, name: string, kind = 'incr') => {
    const file = readdirSync(RECORDED).find((candidate) => candidate.startsWith(prefix))
    const text = readFileSync(join(RECORDED, file ?? ''), 'utf8')
    return parsePgbackrest(text, { stanza: name, repo: undefined, kind })
  }
  const shown = (prefix: string, name: string) =>
    [...read(prefix, name)].map(([key, { runs }]) => [key, runs.map(({ outcome }) => outcome)])

  test.for([
    ['01', 'stanza1', [[1, []]]],
    ['03', 'stanza1', [[1, []]]],
    ['05', 'stanza1', [[1, []]]],
    ['07', 'stanza1', [[1, []]]],
    // the first of its two backups is of the database before the upgrade
    ['09', 'stanza1', [[1, ['ok', 'running']]]],
    [
      '11',
      'stanza1',
      [
        [1, ['ok', 'ok']],
        [2, ['warning']],
      ],
    ],
    [
      '11',
      'stanza2',
      [
        [1, ['running']],
        [2, []],
      ],
    ],
    [
      '11',
      'stanza3',
      [
        [1, []],
        [2, ['ok']],
      ],
    ],
    [
      '11',
      'stanza4',
      [
        [1, []],
        [2, []],
      ],
    ],
    ['13', 'stanza3', [[1, []]]],
    [
      '15',
      'stanza1',
      [
        [1, []],
        [2, []],
      ],
    ],
    [
      '21',
      'stanza3',
      [
        [1, ['ok']],
        [2, ['failed']],
      ],
    ],
    ['23', '[invalid]', [[1, []]]],
  ] as const)('%s, %s', ([prefix, name, expected], { skip }) => {
    skip(!has, NO_RECORDINGS)
    expect(shown(prefix, name)).toEqual(expected)
  })

  test('every state of the index that is not ok leaves no success', ({ skip }) => {
    skip(!has, NO_RECORDINGS)
    const index: unknown = JSON.parse(readFileSync(join(RECORDED, 'index.json'), 'utf8'))
    for (const [, file, , stanzas] of index as [string, string, string, unknown[][]][])
      for (const [name, , , repos] of stanzas)
        for (const [key, code] of repos as [number, number][])
          if (code !== 0)
            expect(
              read(file, String(name))
                .get(key)
                ?.runs.filter(({ outcome }) => outcome === 'ok'),
            ).toEqual([])
  })
})
