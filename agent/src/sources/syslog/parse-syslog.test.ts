import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseSyslog } from './parse-syslog.ts'

/** Without what is undefined. */
const parsed = (text: string) => JSON.parse(JSON.stringify(parseSyslog(text))) as unknown

test.each([
  {
    text: '<165>1 2026-11-22T10:11:12.003Z sw1 raslogd 42 FW-1424 [a@1588 x="]\\"" y="2"][b c="d"] \ufeffpower supply failed',
    wanted: {
      format: 'rfc5424',
      facility: 20,
      severity: 5,
      time: '2026-11-22T10:11:12.003Z',
      host: 'sw1',
      app: 'raslogd',
      process: '42',
      id: 'FW-1424',
      message: 'power supply failed',
    },
  },
  {
    text: '<34>1 - - - - - - text',
    wanted: { format: 'rfc5424', facility: 4, severity: 2, message: 'text' },
  },
  {
    text: '<187>Nov  2 10:11:12 fcsw1 raslogd: [FW-1424], 12, CRITICAL',
    wanted: {
      format: 'rfc3164',
      facility: 23,
      severity: 3,
      time: 'Nov  2 10:11:12',
      host: 'fcsw1',
      app: 'raslogd',
      message: '[FW-1424], 12, CRITICAL',
    },
  },
  {
    text: '<38>Nov 22 10:11:12 db1 sshd[4711]: Failed password for root',
    wanted: {
      format: 'rfc3164',
      facility: 4,
      severity: 6,
      time: 'Nov 22 10:11:12',
      host: 'db1',
      app: 'sshd',
      process: '4711',
      message: 'Failed password for root',
    },
  },
  {
    text: '<189>57: *Nov 22 2026 10:11:12.345 CST: %LINK-3-UPDOWN: Interface fc1/1, changed state to down',
    wanted: {
      format: 'rfc3164',
      facility: 23,
      severity: 5,
      time: 'Nov 22 2026 10:11:12.345 CST',
      app: '%LINK-3-UPDOWN',
      message: 'Interface fc1/1, changed state to down',
    },
  },
  {
    text: '<13>2026-11-22T10:11:12+08:00 array1 event: 硬盘故障',
    wanted: {
      format: 'rfc3164',
      facility: 1,
      severity: 5,
      time: '2026-11-22T10:11:12+08:00',
      host: 'array1',
      app: 'event',
      message: '硬盘故障',
    },
  },
  {
    text: '<13>no header at all',
    wanted: { format: 'plain', facility: 1, severity: 5, message: 'no header at all' },
  },
  { text: 'no priority', wanted: { format: 'plain', message: 'no priority' } },
  { text: '<192>too high', wanted: { format: 'plain', message: '<192>too high' } },
  { text: '<>x', wanted: { format: 'plain', message: '<>x' } },
  {
    text: '<34>1 - - - - - [never ends',
    wanted: { format: 'plain', facility: 4, severity: 2, message: '1 - - - - - [never ends' },
  },
  { text: '', wanted: { format: 'plain', message: '' } },
])('reads $text', ({ text, wanted }) => {
  expect(parsed(text)).toEqual(wanted)
})

test('takes anything, and a priority is one of 192 or none', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '1 ',
    '34',
    '-',
    ' ',
    '[',
    ']',
    '"',
    '\\',
    'Nov 22 10:11:12',
    ':',
    '\0',
    '\ud800',
  )
  const odd = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(odd, (text) => {
      const { facility = 0, severity = 0, message } = parseSyslog(text)
      expect(facility >= 0 && facility <= 23 && severity >= 0 && severity <= 7).toBe(true)
      expect(text.includes(message) || text.includes(message.slice(1))).toBe(true)
    }),
  )
})

test('takes no endless time, however odd the text is', () => {
  for (const part of ['[', '"', ' ', '<', ':', '\\', 'a', 'Nov 22 '])
    for (const front of ['<34>1 - - - - - [', '<34>', '<34>Nov 22 10:11:12 ', '<34>1 '])
      expect(parseSyslog(`${front}${part.repeat(60_000)}`).facility).toBe(4)
})
