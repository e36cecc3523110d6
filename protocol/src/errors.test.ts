import { expect, test } from 'vitest'
import { CLOSE_CODES, closeReason, ProtocolError } from './errors.ts'

test('an error names its code, what to close with and whether to try again', () => {
  const error = new ProtocolError('FRAME_TOO_LARGE', 'A frame is too long.')
  expect(error).toMatchObject({
    name: 'ProtocolError',
    code: 'FRAME_TOO_LARGE',
    closeCode: 1009,
    retryable: false,
  })
  expect(new ProtocolError('NUMBERS_EXHAUSTED', 'x').retryable).toBe(true)
})

test('every close code may be sent, is named once, and all but a take-over are met with a new connection', () => {
  const names = Object.values(CLOSE_CODES).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const [code, { reconnect, name }] of Object.entries(CLOSE_CODES)) {
    expect(
      Number(code) === 1006 ||
        Number(code) <= 1013 ||
        (Number(code) >= 4000 && Number(code) < 5000),
    ).toBe(true)
    expect(reconnect).toBe(name !== 'REPLACED')
  }
})

test('an unknown close code is met with a new connection and blames no frame', () => {
  expect(closeReason(4999)).toMatchObject({ name: 'UNKNOWN', reconnect: true, blamesFrame: false })
  expect(closeReason(1009).blamesFrame).toBe(true)
})
