import type { LocalizedText, Unit } from '@wardround/protocol'

const BYTE_STEPS = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const

const TIME_STEPS = [
  [86_400, '天', 'd'],
  [3600, '小时', 'h'],
  [60, '分钟', 'min'],
] as const

const plain = (value: number) => same(round(value, 2))

const FORMATS: Readonly<Record<Unit, (value: number) => LocalizedText>> = {
  percent: (value) => same(`${round(value, 1)}%`),
  bytes: (value) => same(formatBytes(value)),
  seconds: formatSeconds,
  milliseconds: (value) => same(`${round(value, 1)} ms`),
  celsius: (value) => same(`${round(value, 1)} °C`),
  rpm: (value) => ({ zh: `${round(value, 0)} 转/分`, en: `${round(value, 0)} rpm` }),
  volts: (value) => same(`${round(value, 3)} V`),
  milliamperes: (value) => same(`${round(value, 1)} mA`),
  watts: (value) => same(`${round(value, 1)} W`),
  dbm: (value) => same(`${round(value, 1)} dBm`),
  hours: (value) => ({ zh: `${round(value, 1)} 小时`, en: `${round(value, 1)} h` }),
  per_second: (value) => ({ zh: `${round(value, 2)} 次/秒`, en: `${round(value, 2)}/s` }),
  bytes_per_second: (value) => {
    const bytes = formatBytes(value)
    return { zh: `${bytes}/秒`, en: `${bytes}/s` }
  },
  megabits_per_second: (value) => same(`${round(value, 1)} Mbit/s`),
  timestamp_seconds: (value) => same(formatTime(value * 1000)),
  timestamp_nanoseconds: (value) => same(formatTime(value / 1e6)),
  boolean: (value) => (value === 0 ? { zh: '否', en: 'no' } : { zh: '是', en: 'yes' }),
  count: plain,
  ratio: plain,
  sectors: plain,
  state: plain,
}

/** A number with its unit as people write it. The value is in the unit that its metric declares. */
export function formatValue(value: number, unit: Unit): LocalizedText {
  return FORMATS[unit](value)
}

function formatBytes(bytes: number): string {
  const step = BYTE_STEPS.find(([size]) => Math.abs(bytes) >= size)
  return step === undefined ? `${round(bytes, 0)} B` : `${round(bytes / step[0], 1)} ${step[1]}`
}

function formatSeconds(seconds: number): LocalizedText {
  const step = TIME_STEPS.find(([size]) => Math.abs(seconds) >= size)
  if (step === undefined) return { zh: `${round(seconds, 1)} 秒`, en: `${round(seconds, 1)} s` }
  const count = round(seconds / step[0], 1)
  return { zh: `${count} ${step[1]}`, en: `${count} ${step[2]}` }
}

/** RFC 3339; a number that is no time stays a number. */
function formatTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms)
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}

function same(text: string): LocalizedText {
  return { zh: text, en: text }
}
