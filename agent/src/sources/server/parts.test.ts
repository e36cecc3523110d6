import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { Parts } from './parts.ts'

const DENIED = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'lacks a grant' })

describe('statements of one run', () => {
  test('go on where one is denied, and say what it lacks', async () => {
    const remarks: unknown[] = []
    const parts = new Parts((text) => remarks.push(text))
    expect(await parts.ask(Promise.reject(DENIED))).toBeUndefined()
    expect(await parts.ask(Promise.resolve([{ A: 1 }]))).toEqual([{ A: 1 }])
    expect(() => parts.settle()).not.toThrow()
    expect(parts.lacksGrant).toBe(true)
    expect(remarks).toEqual([{ zh: '缺少权限', en: 'lacks a grant' }])
  })

  test('fail with the missing grant where nothing else answered', async () => {
    const parts = new Parts(() => undefined)
    await parts.ask(Promise.reject(new NoDataError('switched off')))
    await parts.ask(Promise.reject(DENIED))
    expect(() => parts.settle()).toThrow(DENIED)
  })

  test('have no data where none may be sent', async () => {
    const parts = new Parts(() => undefined)
    await parts.ask(Promise.reject(new NoDataError('paused')))
    expect(parts.lacksGrant).toBe(false)
    expect(() => parts.settle()).toThrow(NoDataError)
  })

  test('report another failure even where the rest answered', async () => {
    const parts = new Parts(() => undefined)
    await parts.ask(Promise.resolve([]))
    await parts.ask(Promise.reject(new ProbeError('DEADLINE', 'cancelled after 60 s')))
    expect(() => parts.settle()).toThrow('cancelled after 60 s')
  })
})
