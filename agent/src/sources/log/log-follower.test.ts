import { rename } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

import { followLog, LogReader, PLENTY } from '../../testing/followed-log.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { datedFamily, plainFamily } from './log-family.ts'
import { MAX_LINE_BYTES } from './log-file.ts'
import type { LogEncoding } from './log-text.ts'

describe('LogFollower', () => {
  test('starts at the end of what it finds, also within a line', async () => {
    await using at = await followLog('one\ntwo\nthr')
    expect(await at.reader.read()).toEqual([])
    await at.logs.append('app.log', 'ee\nfour\n')
    expect(await at.reader.read()).toEqual(['four'])
  })

  test('reads a file that appears later from its first line', async () => {
    await using logs = await LogDirectory.open()
    await using reader = new LogReader(plainFamily(logs.path('app.log')))
    expect(await reader.read()).toEqual([])
    expect(reader.follower.isThere).toBe(false)
    await logs.create('app.log', 'first\n')
    expect(await reader.read()).toEqual(['first'])
  })

  test('lets a half line wait, and takes both line ends', async () => {
    await using at = await followLog()
    await at.logs.append('app.log', 'a\r\nb\nha')
    expect(await at.reader.read()).toEqual(['a', 'b'])
    expect(at.reader.follower.lagBytes).toBe(2)
    await at.logs.append('app.log', 'lf\r\n\r\n')
    expect(await at.reader.read()).toEqual(['half', ''])
    expect(at.reader.follower.lagBytes).toBe(0)
  })

  test('reads what was renamed to its end before the next file, late lines included', async () => {
    await using at = await followLog()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'c\n')
    await at.logs.append('app.log.1', 'b\n')
    await at.reader.readOnce()
    await at.logs.append('app.log.1', 'late\nhalf')
    await at.reader.readOnce()
    await at.reader.readOnce()
    await at.reader.readOnce()
    expect(at.reader.texts).toEqual(['a', 'b', 'c', 'late', 'half'])
  })

  test('looks once more at what was renamed while it was silent', async () => {
    await using at = await followLog()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log')
    await at.reader.readOnce()
    await at.logs.append('app.log.1', 'late\n')
    expect(await at.reader.read()).toEqual(['late'])
  })

  test('misses no file when the log was rotated several times between two runs', async () => {
    await using at = await followLog()
    for (let n = 1; n <= 12; n++) {
      await at.logs.append('app.log', `${n}\n`)
      await at.logs.rotate('app.log')
      await at.logs.create('app.log')
    }
    await at.logs.append('app.log', 'end\n')
    const lines = Array.from({ length: 12 }, (_, n) => String(n + 1))
    expect(await at.reader.read()).toEqual([...lines, 'end'])
  })

  test('does not read a file again because a later one is older than its last line', async () => {
    await using at = await followLog()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log')
    await at.logs.append('app.log.1', 'late\n')
    expect(await at.reader.read()).toEqual(['late'])
    await at.reader.read()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'new\n')
    expect(await at.reader.read()).toEqual(['new'])
  })

  test('finds in the copy what was not read before the file was emptied', async () => {
    await using at = await followLog()
    await at.logs.append('app.log', 'a\nb\n')
    await at.logs.copyAndTruncate('app.log')
    await at.logs.append('app.log', 'c\n')
    expect(await at.reader.read()).toEqual(['a', 'b', 'c'])
  })

  test('sees that a file was emptied though it is longer than before', async () => {
    await using at = await followLog()
    await at.logs.truncate('app.log')
    await at.logs.append('app.log', 'something longer than before\n')
    expect(await at.reader.read()).toEqual(['something longer than before'])
  })

  test('goes on where a writer that does not append left a hole', async () => {
    await using at = await followLog('x'.repeat(99) + '\n')
    await at.logs.create('app.log', Buffer.concat([Buffer.alloc(100), Buffer.from('after\n')]))
    expect(await at.reader.read()).toEqual(['after'])
    await at.logs.truncate('app.log')
    await at.reader.read()
    await at.logs.create('app.log', Buffer.concat([Buffer.alloc(300_000), Buffer.from('again\n')]))
    expect(await at.reader.read()).toEqual(['again'])
  })

  test('is not deceived by an inode that is used again', async () => {
    await using at = await followLog('old log\n')
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.create('app.log', 'another file of the same inode\n')
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['another file of the same inode'])
    expect(at.reader.follower.totals.lostFiles).toBe(1)
  })

  test('finds after a restart what was renamed meanwhile, and what came after it', async () => {
    await using at = await followLog()
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'b\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'c\n')
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['a', 'b', 'c'])
  })

  test('does not start anew in another file because the path was changed', async () => {
    await using at = await followLog()
    const saved = await at.reader.follower.save()
    await at.logs.create('other.log', 'long history\n')
    await using reader = new LogReader(plainFamily(at.logs.path('other.log')), { saved })
    expect(await reader.read()).toEqual([])
  })

  test('gives the beginning of a line that is too long, and counts it', async () => {
    await using at = await followLog()
    const long = 'x'.repeat(1_000_000)
    await at.logs.append('app.log', `${long}\nnext\n${long}`)
    expect(await at.reader.read()).toEqual([
      'x'.repeat(MAX_LINE_BYTES),
      'next',
      'x'.repeat(MAX_LINE_BYTES),
    ])
    await at.logs.append('app.log', 'rest of it\nlast\n')
    expect(await at.reader.read()).toEqual(['last'])
    expect(at.reader.follower.totals).toMatchObject({ lines: 4, cutLines: 2 })
  })

  test('reads no more in one run than it may, and says what is left', async () => {
    await using at = await followLog('')
    await at.logs.append('app.log', 'x'.repeat(99).concat('\n').repeat(20_000))
    await at.reader.readOnce(1_000_000)
    const { lagBytes, totals } = at.reader.follower
    expect(totals.bytes).toBeGreaterThanOrEqual(1_000_000)
    expect(totals.bytes).toBeLessThan(1_500_000)
    expect(lagBytes).toBe(2_000_000 - totals.bytes)
    const first = at.reader.texts.length
    expect(await at.reader.read()).toHaveLength(20_000)
    expect(first).toBeLessThan(15_000)
  })

  test('reads nothing once its run is over', async () => {
    await using at = await followLog()
    await at.logs.append('app.log', 'a\n')
    await at.reader.follower.read(() => expect.fail('was read'), {
      maxBytes: PLENTY,
      signal: AbortSignal.abort(),
    })
    expect(await at.reader.read()).toEqual(['a'])
  })

  test('lets a file go that was removed and is silent, and reads the next one from its start', async () => {
    await using at = await followLog()
    await at.logs.remove('app.log')
    for (let run = 0; run < 8; run++) await at.reader.readOnce()
    expect(at.reader.follower.isThere).toBe(false)
    await at.logs.create('app.log', 'new\n')
    expect(await at.reader.read()).toEqual(['new'])
  })

  test('takes no directory or pipe for a log', async () => {
    await using logs = await LogDirectory.open()
    await using reader = new LogReader(plainFamily(logs.root))
    expect(await reader.read()).toEqual([])
    expect(reader.follower.isThere).toBe(false)
  })

  test('keeps a record together over runs, and gives it again after a crash within it', async () => {
    await using at = await followLog('old\n', { continues: (line) => line.startsWith(' ') })
    await at.logs.append('app.log', 'head\n one\n')
    await at.reader.readOnce()
    const saved = await at.reader.follower.save()
    await at.logs.append('app.log', ' two\nnext\n')
    await at.reader.readOnce()
    expect(at.reader.texts.splice(0)).toEqual(['head\n one\n two'])
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['head\n one\n two', 'next'])
    expect(at.reader.byKey.size).toBe(2)
  })

  test.each<{ encoding: LogEncoding; bytes: Buffer; text: string }>([
    { encoding: 'utf-8', bytes: Buffer.from('严重\n'), text: '严重' },
    { encoding: 'utf-8', bytes: Buffer.from([0x61, 0xff, 0x0a]), text: 'a\ufffd' },
    { encoding: 'gbk', bytes: Buffer.from([0xd1, 0xcf, 0xd6, 0xd8, 0x0a]), text: '严重' },
    { encoding: 'gb18030', bytes: Buffer.from([0x81, 0x30, 0x81, 0x30, 0x0a]), text: '\u0080' },
    { encoding: 'auto', bytes: Buffer.from('严重\n'), text: '严重' },
    { encoding: 'auto', bytes: Buffer.from([0xd1, 0xcf, 0xd6, 0xd8, 0x0a]), text: '严重' },
    { encoding: 'auto', bytes: Buffer.from([0xff, 0xff, 0x0a]), text: '\ufffd\ufffd' },
  ])('reads $text as $encoding', async ({ encoding, bytes, text }) => {
    await using at = await followLog('old\n', { encoding })
    await at.logs.append('app.log', bytes)
    expect(await at.reader.read()).toEqual([text])
  })

  test.each(['', 'a', 'ab'])(
    'cuts a long UTF-8 line after “%s” without taking it for GBK',
    async (begin) => {
      await using at = await followLog('old\n', { encoding: 'auto' })
      await at.logs.append('app.log', `${begin}${'严'.repeat(50_000)}\n`)
      const whole = Math.floor((MAX_LINE_BYTES - begin.length) / 3)
      expect(await at.reader.read()).toEqual([`${begin}${'严'.repeat(whole)}`])
    },
  )
})

describe('a log with a file for each day', () => {
  test('goes on in the next day’s file, and over days that it missed', async () => {
    await using logs = await LogDirectory.open()
    await logs.create('app.2026-11-20.log', 'old\n')
    await logs.create('app.2026-11-21.log', 'old\n')
    await logs.create('app.other.log', 'other\n')
    await using reader = new LogReader(datedFamily(logs.root, 'app.', '.log'))
    expect(await reader.read()).toEqual([])
    await logs.append('app.2026-11-21.log', 'a\n')
    await logs.create('app.2026-11-22.log', 'b\n')
    expect(await reader.read()).toEqual(['a', 'b'])
    const saved = await reader.follower.save()
    await logs.append('app.2026-11-22.log', 'c\n')
    await logs.create('app.2026-11-23.log', 'd\n')
    await logs.create('app.2026-11-24.log', 'e\n')
    await logs.append('app.2026-11-20.log', 'edited\n')
    await reader.crash(saved)
    expect(await reader.read()).toEqual(['c', 'd', 'e'])
    expect(reader.follower.label).toBe(logs.path('app.*.log'))
  })
})

test('follows a log through a thousand rotations', { timeout: 120_000 }, async () => {
  await using at = await followLog()
  const { logs, reader } = at
  const read: string[] = []
  for (let n = 0; n < 1000; n++) {
    await logs.append('app.log', `${n}\n`)
    if (n % 3 === 0) await reader.readOnce()
    await rename(logs.path('app.log'), logs.path('app.log.1'))
    await logs.create('app.log')
    await reader.readOnce()
    read.push(...reader.texts.splice(0))
  }
  read.push(...(await reader.read()))
  expect(read).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)))
})
