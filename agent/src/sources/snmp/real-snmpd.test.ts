import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemTimers } from '../../clocks.ts'
import { NoDataError } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { OpenedSnmp } from '../../testing/open-snmp-source.ts'
import { NO_SNMPD, SNMPD_COMMUNITY, SnmpdServer } from '../../testing/snmpd-server.ts'
import { integerOf, textOf } from './snmp-value.ts'

const AUTH_KEY = 'authentication-key'
const PRIV_KEY = 'encryption-key'
const key = { authKey: AUTH_KEY, privKey: PRIV_KEY }
const USERS = [
  { name: 'md5des', auth: 'MD5', priv: 'DES', ...key },
  { name: 'shaaes', auth: 'SHA', priv: 'AES', ...key },
  { name: 'sha256aes', auth: 'SHA-256', priv: 'AES', ...key },
  { name: 'sha512aes', auth: 'SHA-512', priv: 'AES', ...key },
  { name: 'sha256aes256', auth: 'SHA-256', priv: 'AES-256', ...key },
  { name: 'shaaes256', auth: 'SHA', priv: 'AES-256', ...key },
  { name: 'shaaes256c', auth: 'SHA', priv: 'AES-256-C', ...key },
]
const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const { signal } = new AbortController()
let server: SnmpdServer | undefined

beforeAll(async () => {
  if (NO_SNMPD === undefined) server = await SnmpdServer.start(USERS)
}, 60_000)
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(({ skip }) => skip(NO_SNMPD !== undefined, NO_SNMPD))

const open = (options: Readonly<Record<string, unknown>>, context: Partial<SourceContext> = {}) =>
  OpenedSnmp.open({ connect: server?.address, timeout: '20s', ...options }, context)
const V2C = { version: 'v2c', community: SNMPD_COMMUNITY }
const openV3 = (
  user: string,
  authProtocol: string,
  privProtocol: string,
  given = {},
  context: Partial<SourceContext> = {},
) => open({ user, authProtocol, privProtocol, ...key, ...given }, context)

describe('a real snmpd', { timeout: 60_000 }, () => {
  test.each([
    ['v1', { version: 'v1', community: SNMPD_COMMUNITY }],
    ['v2c', { version: 'v2c', community: SNMPD_COMMUNITY }],
    ['v3 MD5 DES', { user: 'md5des', authProtocol: 'md5', privProtocol: 'des', ...key }],
    ['v3 SHA AES', { user: 'shaaes', authProtocol: 'sha', ...key }],
    ['v3 SHA-256 AES', { user: 'sha256aes', ...key }],
    ['v3 SHA-512 AES', { user: 'sha512aes', authProtocol: 'sha512', ...key }],
    ['v3 SHA-256 AES-256', { user: 'sha256aes256', privProtocol: 'aes256b', ...key }],
    ['v3 SHA AES-256', { user: 'shaaes256', authProtocol: 'sha', privProtocol: 'aes256b', ...key }],
    [
      'v3 SHA AES-256-C',
      { user: 'shaaes256c', authProtocol: 'sha', privProtocol: 'aes256r', ...key },
    ],
  ])('answers by %s', async (_, options) => {
    await using opened = await open(options)
    const device = await opened.session.device(signal)
    expect(device).toMatchObject({ name: 'snmpd-test', location: 'hall 3, rack 7' })
    expect(device.objectId).toBe('1.3.6.1.4.1.8072.3.2.10')
    const interfaces = await opened.session.table(IF_ENTRY, [1, 2, 8], signal)
    expect([...interfaces.values()].map((row) => textOf(row.get(2)))).toContain('lo')
    for (const [index, row] of interfaces) expect(integerOf(row.get(1))).toBe(Number(index))
    expect(opened.context.standing.toJson()).toMatchObject({
      state: 'working',
      server: device.description,
    })
  })

  test.each([
    ['a wrong authentication key', { authKey: 'another-long-key' }, 'wrong authentication key'],
    ['an unknown user', { user: 'nobody' }, 'user not known'],
    ['a level that is too low', { privKey: undefined }, 'security level'],
    ['a wrong privacy key', { privKey: 'another-long-key', timeout: '300ms' }, 'privKey'],
    ['a key that is too short', { authKey: 'short' }, 'fewer than 8'],
  ])('says what is wrong with %s', async (_, wrong, expected) => {
    await using opened = await openV3('sha256aes', 'sha256', 'aes', {
      timeout: '20s',
      retries: 0,
      ...wrong,
    })
    const error: unknown = await opened.session.device(signal).catch((reason: unknown) => reason)
    expect(String(error)).toContain(expected)
  })

  test('a wrong community is silence', async () => {
    await using opened = await open({ ...V2C, community: 'wrong', timeout: '200ms', retries: 0 })
    await expect(opened.session.device(signal)).rejects.toMatchObject({
      code: 'NOT_ANSWERING',
      message: expect.stringContaining('the community is wrong'),
    })
    expect(await opened.session.ping(signal)).toMatchObject({ failure: 'silent' })
  })

  test('a new key is tried without a restart', async () => {
    const time = new ManualTime()
    const given = { authKey: 'another-long-key' }
    const context = { clocks: time, timers: systemTimers }
    await using opened = await openV3('sha256aes', 'sha256', 'aes', given, context)
    expect(await opened.session.ping(signal)).toMatchObject({ failure: 'wrong_key' })
    expect(opened.context.standing.state).toBe('refused')
    const { requests } = opened.session.counts
    await opened.changeSecret('authKey', AUTH_KEY)
    expect(await opened.session.ping(signal)).toMatchObject({ failure: 'wrong_key' })
    expect(opened.session.counts.requests, 'not looked at yet').toBe(requests)
    await time.pass(60_000)
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
    expect(opened.context.standing.state).toBe('working')
  })

  test('a restart of the device costs a v3 session nothing', async () => {
    await using opened = await openV3('sha256aes', 'sha256', 'aes')
    await opened.session.device(signal)
    await server?.stop()
    await server?.begin()
    expect((await opened.session.device(signal)).name).toBe('snmpd-test')
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
  })

  test('a frozen device is asked once, then left alone until its time has come', async () => {
    const time = new ManualTime()
    const context = { clocks: time, timers: systemTimers }
    await using opened = await open({ ...V2C, timeout: '1s', retries: 2 }, context)
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
    server?.freeze()
    try {
      expect(await opened.session.ping(signal)).toMatchObject({ failure: 'silent' })
      const { requests } = opened.session.counts
      await expect(opened.session.table(IF_ENTRY, [2], signal)).rejects.toThrow('no answer')
      expect(opened.session.counts.requests).toBe(requests)
      expect(opened.context.standing.state).toBe('failing')
    } finally {
      server?.thaw()
    }
    await time.pass(10_000)
    await expect
      .poll(
        async () => {
          await time.pass(120_000) // a late answer to an old question does not count
          return opened.session.ping(signal)
        },
        { timeout: 30_000 },
      )
      .toMatchObject({ failure: undefined })
    expect(opened.context.standing.state).toBe('working')
  })

  test('nothing is asked of a paused device', async () => {
    await using opened = await open(V2C)
    await opened.context.memory.setPaused(0)
    await expect(opened.session.ping(signal)).rejects.toBeInstanceOf(NoDataError)
    expect(opened.session.counts.requests).toBe(0)
    await opened.context.memory.setPaused(undefined)
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
  })
})
