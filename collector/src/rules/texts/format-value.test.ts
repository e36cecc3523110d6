import { expect, test } from 'vitest'
import { formatValue } from './format-value.ts'
import { parseTemplate, renderTemplate } from './template.ts'

test.each([
  { value: 91.26, unit: 'percent', zh: '91.3%', en: '91.3%' },
  { value: 12_480_000_000, unit: 'bytes', zh: '12.5 GB', en: '12.5 GB' },
  { value: 999, unit: 'bytes', zh: '999 B', en: '999 B' },
  { value: 30, unit: 'seconds', zh: '30 秒', en: '30 s' },
  { value: 180, unit: 'seconds', zh: '3 分钟', en: '3 min' },
  { value: 5400, unit: 'seconds', zh: '1.5 小时', en: '1.5 h' },
  { value: 172_800, unit: 'seconds', zh: '2 天', en: '2 d' },
  { value: 12.345, unit: 'milliseconds', zh: '12.3 ms', en: '12.3 ms' },
  { value: 2.125, unit: 'ratio', zh: '2.13', en: '2.13' },
  { value: 262_144, unit: 'count', zh: '262144', en: '262144' },
  { value: 3.2, unit: 'per_second', zh: '3.2 次/秒', en: '3.2/s' },
  { value: 2_500_000, unit: 'bytes_per_second', zh: '2.5 MB/秒', en: '2.5 MB/s' },
  { value: 1000, unit: 'megabits_per_second', zh: '1000 Mbit/s', en: '1000 Mbit/s' },
  { value: 41.25, unit: 'celsius', zh: '41.3 °C', en: '41.3 °C' },
  { value: 9246, unit: 'rpm', zh: '9246 转/分', en: '9246 rpm' },
  { value: 3.2895, unit: 'volts', zh: '3.289 V', en: '3.289 V' },
  { value: 7.32, unit: 'milliamperes', zh: '7.3 mA', en: '7.3 mA' },
  { value: 400, unit: 'watts', zh: '400 W', en: '400 W' },
  { value: -2.7, unit: 'dbm', zh: '-2.7 dBm', en: '-2.7 dBm' },
  { value: 26_280, unit: 'hours', zh: '26280 小时', en: '26280 h' },
  { value: 1, unit: 'boolean', zh: '是', en: 'yes' },
  {
    value: 1_800_000_000,
    unit: 'timestamp_seconds',
    zh: '2027-01-15T08:00:00.000Z',
    en: '2027-01-15T08:00:00.000Z',
  },
  { value: 1e300, unit: 'timestamp_seconds', zh: '1e+303', en: '1e+303' },
] as const)('$value $unit is written $zh, $en', ({ value, unit, zh, en }) => {
  expect(formatValue(value, unit)).toEqual({ zh, en })
})

test('what is filled into a text is not looked at for places again', () => {
  const template = parseTemplate('在 {{ host }} 上：{{path}}{{value}}')
  const values: Record<string, string> = { host: '{{value}}', path: '$& {{host}} ' }
  expect(renderTemplate(template, (name) => values[name])).toBe('在 {{value}} 上：$& {{host}} —')
})

test.each([
  ['表空间 {{a}}（PDB：{{none}}）已满', '表空间 A 已满'],
  ['端口 {{a}}（{{none}}）：故障', '端口 A：故障'],
  ['剩余（共 {{none}}）', '剩余'],
  ['通道（“{{empty}}”）停止', '通道停止'],
  ['磁盘（{{a}}，序列号 {{none}}）', '磁盘（A，序列号 —）'],
  ['tablespace {{a}} (PDB {{none}}) of {{a}}', 'tablespace A of A'],
  ['（离线）{{none}}', '（离线）—'],
])('a bracket with nothing but what is missing is left out: %s', (text, rendered) => {
  const values: Record<string, string> = { a: 'A', empty: '' }
  expect(renderTemplate(parseTemplate(text), (name) => values[name])).toBe(rendered)
})
