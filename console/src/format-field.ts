import type { FieldDeclaration } from '@wardround/protocol/api'
import { formatBytes, formatPercent, formatTime } from './format.ts'

type Language = 'zh-CN' | 'en'

/** A value of a declared field, as people read it: a state by its word, a number with its unit. */
export function formatField(
  value: number,
  field: FieldDeclaration | undefined,
  language: Language,
  nowMs: number,
): string {
  if (field === undefined) return plain(value)
  const word = field.states?.[value]
  if (word !== undefined) return language === 'en' ? word.en : word.zh
  return FORMATS[field.unit](value, language, nowMs)
}

type Format = (value: number, language: Language, nowMs: number) => string

const YES_NO = { 'zh-CN': ['否', '是'], en: ['no', 'yes'] } as const

const unitOf =
  (suffix: string): Format =>
  (value) =>
    `${plain(value)}${suffix}`

const FORMATS: Readonly<Record<FieldDeclaration['unit'], Format>> = {
  percent: (value) => formatPercent(value),
  bytes: (value) => formatBytes(value),
  boolean: (value, language) => YES_NO[language][value === 0 ? 0 : 1],
  seconds: (value) => formatSeconds(value),
  timestamp_seconds: (value, _, nowMs) => formatTime(value * 1000, nowMs),
  timestamp_nanoseconds: (value, _, nowMs) => formatTime(value / 1e6, nowMs),
  milliseconds: unitOf(' ms'),
  celsius: unitOf(' °C'),
  per_second: unitOf('/s'),
  bytes_per_second: (value) => `${formatBytes(value)}/s`,
  megabits_per_second: unitOf(' Mbit/s'),
  dbm: unitOf(' dBm'),
  hours: unitOf(' h'),
  milliamperes: unitOf(' mA'),
  rpm: unitOf(' rpm'),
  volts: unitOf(' V'),
  watts: unitOf(' W'),
  count: unitOf(''),
  ratio: unitOf(''),
  sectors: unitOf(''),
  state: unitOf(''),
}

const SPANS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

function formatSeconds(seconds: number): string {
  const span = SPANS.find(([length]) => Math.abs(seconds) >= length * 2)
  return span === undefined ? `${plain(seconds)} s` : `${(seconds / span[0]).toFixed(1)} ${span[1]}`
}

function plain(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)))
}
