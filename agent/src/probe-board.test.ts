import { expect, test } from 'vitest'
import { MAX_DOCUMENT_BYTES } from './limits.ts'
import { ProbeBoard } from './probe-board.ts'

test('of very many devices the board gives what fits into a document: failures first, what has nothing to report last', () => {
  const board = new ProbeBoard()
  const text = { zh: '该设备没有此项', en: 'this device has no such thing' }
  for (let device = 0; device < 400; device++)
    for (const state of ['absent', 'absent', 'ok', 'failed', 'ok'] as const) {
      const standing = board.add({
        name: 'snmp.fc-port',
        target: `switch${device}`,
        everySeconds: 60,
        state: 'waiting',
      })
      const reason = { message: text.en, text }
      if (state === 'absent') standing.record(state, undefined, reason)
      else if (state === 'failed') standing.record(state, { ...reason, code: 'NOT_ANSWERING' })
      else standing.record(state)
    }
  const { probes, leftOut } = board.toJson()
  const rows = JSON.parse(JSON.stringify(probes)) as { state: string; target: string }[]
  const count = (state: string) => rows.filter((row) => row.state === state).length
  expect(JSON.stringify(rows).length).toBeLessThan(MAX_DOCUMENT_BYTES)
  expect([count('failed'), count('ok')]).toEqual([400, 800])
  expect(count('absent')).toBeGreaterThan(100)
  expect(count('absent')).toBeLessThan(800)
  expect(leftOut).toBe(2_000 - rows.length)
  expect(rows[0]?.target).toBe('switch0')
})

test('what a polled device does not have has no row; its failures and remarks do, and what this host lacks', () => {
  const board = new ProbeBoard()
  const text = { zh: '没有此项', en: 'no such thing' }
  const add = (target: string, isPolled: boolean) =>
    board.add({ name: 'snmp.fc-port', target, everySeconds: 60, state: 'waiting', isPolled })
  const reason = { message: text.en, text }
  for (let device = 0; device < 200; device++)
    add(`server${device}`, true).record('absent', undefined, reason)
  add('switch1', true).record('failed', { ...reason, code: 'NOT_ANSWERING' })
  add('switch2', true).record('ok')
  const remarked = add('array1', true)
  remarked.record('absent', undefined, reason)
  remarked.remark({ zh: '请授权', en: 'grant it' })
  add('own', false).record('absent', undefined, reason)
  const { probes, leftOut } = board.toJson()
  expect(probes).toMatchObject([
    { target: 'switch1', state: 'failed' },
    { target: 'switch2', state: 'ok' },
    { target: 'array1', state: 'absent', remarks: [{ zh: '请授权', en: 'grant it' }] },
    { target: 'own', state: 'absent' },
  ])
  expect(leftOut).toBeUndefined()
  expect(board.describe('en').length).toBe(205)
})
