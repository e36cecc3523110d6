import { expect, test } from 'vitest'
import { chooseLanguage, negotiateLanguage } from './language.ts'
import { nearestName } from './nearest-name.ts'
import { parseDurationMs } from './durations.ts'
import { parseBytes } from './byte-sizes.ts'

test.each([
  { setting: undefined, environment: {}, expected: 'zh-CN' },
  { setting: 'en', environment: {}, expected: 'en' },
  { setting: undefined, environment: { WARDROUND_LANG: 'en' }, expected: 'en' },
  { setting: undefined, environment: { LANG: 'en_US.UTF-8' }, expected: 'en' },
  { setting: undefined, environment: { LANG: 'C.UTF-8' }, expected: 'zh-CN' },
  { setting: 'zh-CN', environment: { LANG: 'en_GB' }, expected: 'zh-CN' },
])(
  'messages are in $expected for $setting and $environment',
  ({ setting, environment, expected }) => {
    expect(chooseLanguage(setting, environment)).toBe(expected)
  },
)

test.each([
  { header: 'en-US,en;q=0.9', expected: 'en' },
  { header: 'zh-CN,zh;q=0.9,en;q=0.8', expected: 'zh-CN' },
  { header: 'fr, en;q=0.4, zh;q=0.5', expected: 'zh-CN' },
  { header: 'en;q=0, fr', expected: 'zh-CN' },
  { header: undefined, expected: 'zh-CN' },
])('Accept-Language "$header" is answered in $expected', ({ header, expected }) => {
  expect(negotiateLanguage(header, 'zh-CN')).toBe(expected)
})

test('a swapped letter is one mistake', () => {
  expect(nearestName('traget', ['target', 'timeout'])).toBe('target')
  expect(nearestName('completely', ['target', 'timeout'])).toBeUndefined()
})

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
})

test('sizes and what is neither', () => {
  expect(parseBytes('256MiB')).toBe(268_435_456)
  expect(parseBytes('512 MB')).toBe(512_000_000)
  expect(() => parseBytes('many')).toThrow(RangeError)
  expect(() => parseDurationMs('soon')).toThrow(RangeError)
})
