import { describe, expect, test } from 'vitest'

import { ByteScanner } from './byte-scanner.ts'

function scan(text: string): ByteScanner {
  return new ByteScanner(Buffer.from(text), '/proc/file')
}

function scanLine(text: string): ByteScanner {
  const scanner = scan(text)
  scanner.nextLine()
  return scanner
}

describe('ByteScanner', () => {
  test('goes through lines, whatever was read of each, the last without a newline', () => {
    const scanner = scan('a 1\n\nb 2')
    const lines: string[] = []
    while (scanner.nextLine()) lines.push(scanner.hasField() ? scanner.field() : '')
    expect(lines).toEqual(['a', '', 'b'])
    expect(scanner.line).toBe(3)
  })

  test('has no line in nothing, and none after the last newline', () => {
    expect(scan('').nextLine()).toBe(false)
    const scanner = scan('a\n')
    expect([scanner.nextLine(), scanner.nextLine()]).toEqual([true, false])
  })

  test.each([
    { text: '0', value: 0 },
    { text: '\t 42  ', value: 42 },
    { text: '-7', value: -7 },
    { text: '0.29', value: 0.29 },
    { text: '123456.78', value: 123456.78 },
    { text: '-0.5', value: -0.5 },
  ])('reads the number in $text', ({ text, value }) => {
    expect(scanLine(text).number()).toBe(value)
  })

  test.each(['', 'x', '1x', '-', '.5', '1.2.3', '٣'])(
    'refuses %j as a number, naming file and line',
    (text) => {
      expect(() => scanLine(text).number()).toThrow('/proc/file:1: a number was expected')
    },
  )

  test.each([
    '18446744073709551615',
    '9223372036854775807',
    '-9007199254740993',
    '1234567890123.4567',
  ])('rounds %s, which has more digits than a double, to the nearest one', (text) => {
    expect(scanLine(text).number()).toBe(Number(text))
  })

  test('never takes a field from the next line', () => {
    const scanner = scanLine('cpu 1\n2\n')
    scanner.skip(1)
    expect(scanner.number()).toBe(1)
    expect(scanner.numberIfAny()).toBeUndefined()
    expect(() => scanner.number()).toThrow('/proc/file:1')
    expect(() => scanner.skip(1)).toThrow('/proc/file:1: the line ends early')
    expect(() => scanner.field()).toThrow('/proc/file:1: the line ends early')
    expect(scanner.fieldUntil(':')).toBeUndefined()
  })

  test('takes a beginning, or only a whole field', () => {
    const scanner = scanLine('pswpin 1')
    expect(scanner.takeField('pswp')).toBe(false)
    expect(scanner.take('psw')).toBe(true)
    expect(scanner.takeField('pin')).toBe(true)
    expect(scanner.number()).toBe(1)
  })

  test('keeps blanks before a stop and cuts those around the rest', () => {
    const scanner = scanLine('  HugePages Total: 0 kB here \n')
    expect(scanner.fieldUntil(':')).toBe('HugePages Total')
    expect(scanner.rest()).toBe('0 kB here')
  })

  test('reads text as UTF-8', () => {
    expect(scanLine('/数据 x').field()).toBe('/数据')
  })
})
