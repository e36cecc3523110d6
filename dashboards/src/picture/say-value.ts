import type { FieldLook } from './field-look.ts'

/** Units that have a step of 1,000 or 1,024 between their names. */
const SCALES: Readonly<
  Record<string, { readonly step: number; readonly names: readonly string[] }>
> = {
  bytes: { step: 1024, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] },
  binBps: { step: 1024, names: ['B/s', 'KiB/s', 'MiB/s', 'GiB/s'] },
  short: { step: 1000, names: ['', 'K', 'Mil', 'Bil', 'Tri'] },
  cps: { step: 1000, names: ['c/s', 'Kc/s', 'Mc/s'] },
  iops: { step: 1000, names: ['io/s', 'Kio/s', 'Mio/s'] },
  Mbits: { step: 1000, names: ['Mb/s', 'Gb/s', 'Tb/s'] },
}
const SUFFIXES: Readonly<Record<string, string>> = {
  percent: '%',
  celsius: ' °C',
  dBm: ' dBm',
  rotrpm: ' rpm',
}
/** Lengths of time: the unit is the longest of which there is one at least. */
const SECONDS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
  [0.001, 'ms'],
  [0.000_001, 'µs'],
]
const IN_SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 0.001, h: 3_600 }

/** A value in its own words, or with its unit. */
export function sayValue({ mappings, unit }: FieldLook, value: number): string {
  return mappings.get(String(value))?.text ?? sayNumber(value, unit)
}

function sayNumber(value: number, unit: string): string {
  const scale = SCALES[unit]
  if (scale !== undefined) return scaled(value, scale.step, scale.names)
  const seconds = IN_SECONDS[unit]
  if (seconds !== undefined) return sayDuration(value * seconds)
  if (unit.startsWith('suffix:')) return `${rounded(value)} ${unit.slice('suffix:'.length).trim()}`
  return `${rounded(value)}${SUFFIXES[unit] ?? ''}`
}

function scaled(value: number, step: number, names: readonly string[]): string {
  let at = 0
  let size = value
  while (Math.abs(size) >= step && at < names.length - 1) {
    size /= step
    at++
  }
  return `${rounded(size)} ${names[at]}`.trim()
}

function sayDuration(seconds: number): string {
  if (seconds === 0) return '0 s'
  const [length, name] = SECONDS.find(([one]) => Math.abs(seconds) >= one) ?? [0.000_001, 'µs']
  return `${rounded(seconds / length)} ${name}`
}

/** Three digits that count. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(3)))
}
