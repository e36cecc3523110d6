import { createServer } from 'node:net'
import { once } from 'node:events'
import { openLog } from '@wardround/program'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { CheckTargetError, isReached, parseTarget } from './check-target.ts'
import { networkNotices } from './network-notices.ts'
import { OwnNetwork } from './own-network.ts'
import type { PingResult } from './ping.ts'

describe('a target', () => {
  test.each([
    { text: 'icmp:10.0.0.1', kind: 'icmp' },
    { text: 'icmp:fd00::1', kind: 'icmp' },
    { text: '10.0.0.1:53', kind: 'tcp' },
    { text: '[fd00::1]:53', kind: 'tcp' },
    { text: 'switch-1.example:22', kind: 'tcp' },
  ])('$text is read', ({ text, kind }) => {
    expect(parseTarget(text)).toMatchObject({ kind, text })
  })

  test.each([
    '',
    'gateway',
    'icmp:gateway',
    'icmp:',
    ':53',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    'http://10.0.0.1/',
  ])('“%s” is none, said in both languages', (text) => {
    const error = catchError(() => parseTarget(text))
    expect(error.text.zh).toContain('不是检查目标；应为 主机:端口 或 icmp:IP地址')
    expect(error.text.en).toContain('is no target; expected HOST:PORT')
  })

  test.each([
    'icmp:169.254.169.254',
    '169.254.169.254:80',
    'icmp:224.0.0.1',
    '[::ffff:10.0.0.1]:80',
  ])('%s may not be tried', (text) => {
    expect(catchError(() => parseTarget(text)).text.en).toMatch(/not allowed/)
  })

  test('that listens is reached, one that refuses too, one without a name is not', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const ping = () => Promise.resolve<PingResult>('silent')
    expect(await isReached(parseTarget(`127.0.0.1:${port}`), ping)).toBe(true)
    server.close()
    await once(server, 'close')
    expect(await isReached(parseTarget(`127.0.0.1:${port}`), ping)).toBe(true)
    expect(await isReached(parseTarget('icmp:10.0.0.1'), ping)).toBe(false)
    expect(await isReached(parseTarget('icmp:10.0.0.1'), async () => 'answers')).toBe(true)
  })
})

function catchError(work: () => unknown): CheckTargetError {
  try {
    work()
  } catch (error) {
    if (error instanceof CheckTargetError) return error
  }
  throw new Error('it was taken')
}

describe('the collector’s own network', () => {
  let answer: PingResult
  let reached: number
  let told: boolean[]
  let network: OwnNetwork

  beforeEach(() => {
    vi.useFakeTimers()
    answer = 'answers'
    reached = 0
    told = []
    network = new OwnNetwork({
      ping: async () => answer,
      onReached: () => void reached++,
      onFrozen: (reason) => void told.push(reason !== undefined),
      log: openLog({ name: 'test', level: 'silent' }),
      monotonicMs: () => Date.now(),
    })
  })
  afterEach(() => {
    network[Symbol.dispose]()
    vi.useRealTimers()
  })

  const check = (text = 'icmp:10.0.0.1') => ({
    targets: [parseTarget(text), parseTarget('icmp:10.0.0.2')],
    everyMs: 30_000,
    afterMs: 60_000,
  })

  test('is lost when no target was reached for a minute, and back with the first', async () => {
    network.replace(check())
    await vi.advanceTimersByTimeAsync(60_000)
    expect(reached).toBe(3)
    answer = 'silent'
    await vi.advanceTimersByTimeAsync(30_000)
    expect([network.isFailing, network.frozen]).toEqual([true, undefined])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(network.frozen?.zh).toContain('新告警暂缓通知')
    expect(networkNotices(network).map(({ code }) => code)).toEqual(['NETWORK_LOST'])
    expect([...network.targets().values()]).toEqual([false, false])
    answer = 'answers'
    await vi.advanceTimersByTimeAsync(10_000)
    expect([network.isFailing, network.frozen]).toEqual([false, undefined])
    expect(networkNotices(network)).toEqual([])
    expect(told).toEqual([true, false])
  })

  test('targets that were never reached hold nothing back, and are told of', async () => {
    answer = 'silent'
    network.replace(check())
    await vi.advanceTimersByTimeAsync(600_000)
    expect(network.frozen).toBeUndefined()
    expect(networkNotices(network).map(({ code }) => code)).toEqual(['SELF_CHECK_NEVER_REACHED'])
  })

  test('other targets begin anew; none at all end it', async () => {
    network.replace(check())
    await vi.advanceTimersByTimeAsync(30_000)
    answer = 'silent'
    await vi.advanceTimersByTimeAsync(120_000)
    expect(network.frozen).toBeDefined()
    network.replace(check())
    expect(network.frozen).toBeDefined() // the same: a reload changes nothing
    network.replace(check('icmp:10.0.0.9'))
    expect(network.frozen).toBeUndefined()
    network.replace(undefined)
    await vi.advanceTimersByTimeAsync(120_000)
    expect([network.isFailing, network.targets().size]).toEqual([false, 0])
  })
})
