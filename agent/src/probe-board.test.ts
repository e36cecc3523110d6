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
  const rows = JSON.parse(JSON.stringify(board.toJson())) as { state: string; target: string }[]
  const count = (state: string) => rows.filter((row) => row.state === state).length
  expect(JSON.stringify(rows).length).toBeLessThan(MAX_DOCUMENT_BYTES)
  expect([count('failed'), count('ok')]).toEqual([400, 800])
  expect(count('absent')).toBeGreaterThan(100)
  expect(count('absent')).toBeLessThan(800)
  expect(rows[0]?.target).toBe('switch0')
})
