import { expect, test } from 'vitest'
import { describeEvent } from './describe-event.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const at = (timeMs: number): string => {
  const time = new Date(timeMs)
  const pad = (value: number) => String(value).padStart(2, '0')
  return `2025-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${pad(time.getHours())}:${pad(time.getMinutes())}:05`
}
const TAKEN = Date.parse('2025-06-15T12:30:05Z')

test.each([
  [
    { file: '/var/log/messages', rules: ['oom', 'disk'], text: 'Out of memory' },
    'file: /var/log/messages · rules: oom, disk · Out of memory',
  ],
  [{ name: 'eve' }, 'name: eve'],
  [{ holder: null, name: 'x' }, 'name: x'],
  ['plain', 'plain'],
  [null, ''],
  [
    { job: 'his', error: { zh: '文件为 0 字节', en: 'the file has 0 bytes' } },
    'job: his · error: the file has 0 bytes',
  ],
  [{ run: { result: 'failed', message: { zh: '坏', en: 'bad' } } }, 'run: (result: failed, bad)'],
  [{ takenMs: TAKEN }, `taken: ${at(TAKEN)}`],
  [{ takenMs: TAKEN, takenAt: '2025-06-15T12:30:05.000Z' }, `taken: ${at(TAKEN)}`],
  [{ start: '2025-06-15T12:30:05Z' }, `start: ${at(TAKEN)}`],
  [{ durationMs: 1500, seenTime: TAKEN }, `durationMs: 1500 · seenTime: ${at(TAKEN)}`],
  [{ bytesIn: 1_200_000_000_000 }, 'bytes read: 1200000000000'],
  [{ a: { b: { c: { d: 1 } } } }, 'a: (b: (c: {"d":1}))'],
])('%j reads %s', (body, expected) => {
  expect(describeEvent(body, 'en', NOW)).toBe(expected)
})

test('texts in both languages are read in that of the page', () => {
  const body = { job: 'his', error: { zh: '文件为 0 字节', en: 'the file has 0 bytes' } }
  expect(describeEvent(body, 'zh-CN', NOW)).toBe('备份作业: his · 错误: 文件为 0 字节')
})

test('is cut', () => expect(describeEvent({ text: 'x'.repeat(1000) }, 'en', NOW)).toHaveLength(401))
