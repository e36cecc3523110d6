import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { parseBorg, parseRestic } from './parse-snapshots.ts'

test('restic before 0.17: a time alone, with its zone', () => {
  const answer = JSON.stringify([
    { id: 'b', time: '2026-11-22T02:00:07.123456789+08:00', paths: ['/b'] },
    { id: 'a', time: '2026-11-21T02:00:00Z' },
  ])
  expect(parseRestic(answer)).toMatchObject({
    runs: [
      { id: 'a', endMs: Date.parse('2026-11-21T02:00:00Z') },
      { id: 'b', startMs: undefined, endMs: Date.parse('2026-11-21T18:00:07.123Z') },
    ],
    oldestMs: Date.parse('2026-11-21T02:00:00Z'),
  })
})

test('restic since 0.17: start, end and sizes', () => {
  const summary = {
    backup_start: '2026-11-22T02:00:00Z',
    backup_end: '2026-11-22T02:10:00Z',
    data_added: 10,
    total_bytes_processed: 1_000,
  }
  const [run] = parseRestic(
    JSON.stringify([{ id: 'a', time: '2026-11-22T02:00:00Z', summary }]),
  ).runs
  expect(run).toMatchObject({ bytesIn: 1_000, bytesOut: 10, comparedBytes: 1_000 })
  expect((run?.endMs ?? 0) - (run?.startMs ?? 0)).toBe(600_000)
})

test('borg: times without a zone are UTC; a checkpoint is no backup', () => {
  const archive = (name: string, start: string) => ({
    id: name,
    name,
    start,
    end: start,
    time: start,
  })
  const answer = {
    archives: [
      archive('n1', '2026-11-22T02:00:00.000000'),
      archive('n2.checkpoint', '2026-11-22T03:00:00.000000'),
    ],
  }
  expect(parseBorg(JSON.stringify(answer)).runs).toMatchObject([
    { id: 'n1', endMs: Date.parse('2026-11-22T02:00:00Z') },
  ])
})

test('an empty repository', () => {
  expect(parseRestic('[]')).toMatchObject({ runs: [], absent: {} })
  expect(parseBorg('{"archives":[]}')).toMatchObject({ runs: [], absent: {} })
})

test('takes any JSON, and refuses the rest as such', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .array(
            fc.dictionary(
              fc.constantFrom('id', 'time', 'summary', 'name', 'start'),
              fc.jsonValue(),
            ),
          )
          .map((value) => JSON.stringify(value)),
      ),
      (text) => {
        for (const parse of [parseRestic, parseBorg]) {
          try {
            parse(text)
          } catch (error) {
            expect(error).toBeInstanceOf(ProbeError)
          }
        }
      },
    ),
    { numRuns: 200 },
  )
})
