import { pickText, type Language } from '@wardround/program'
import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'

const decimals = (number: string, digits: number) => `{{ printf "%.${digits}f" ${number} }}`
const same = (text: string): LocalizedText => ({ zh: text, en: text })

/** How a Go template writes a number of each unit as people do. */
const FORMATS: Readonly<Record<Unit, (number: string) => LocalizedText>> = {
  percent: (number) => same(`{{ printf "%.4g" ${number} }}%`),
  bytes: (number) => same(`{{ ${number} | humanize }}B`),
  bytes_per_second: (number) => ({
    zh: `{{ ${number} | humanize }}B/秒`,
    en: `{{ ${number} | humanize }}B/s`,
  }),
  seconds: (number) => same(`{{ ${number} | humanizeDuration }}`),
  milliseconds: (number) => same(`${decimals(number, 1)} ms`),
  celsius: (number) => same(`${decimals(number, 1)} °C`),
  rpm: (number) => ({ zh: `${decimals(number, 0)} 转/分`, en: `${decimals(number, 0)} rpm` }),
  volts: (number) => same(`${decimals(number, 3)} V`),
  milliamperes: (number) => same(`${decimals(number, 1)} mA`),
  watts: (number) => same(`${decimals(number, 1)} W`),
  dbm: (number) => same(`${decimals(number, 1)} dBm`),
  hours: (number) => ({ zh: `${decimals(number, 1)} 小时`, en: `${decimals(number, 1)} h` }),
  per_second: (number) => ({ zh: `${decimals(number, 2)} 次/秒`, en: `${decimals(number, 2)}/s` }),
  megabits_per_second: (number) => same(`${decimals(number, 1)} Mbit/s`),
  timestamp_seconds: (number) => same(`{{ ${number} | humanizeTimestamp }}`),
  timestamp_nanoseconds: (number) => same(`${decimals(number, 0)} ns`),
  boolean: (number) => ({
    zh: `{{ if eq ${number} 0.0 }}否{{ else }}是{{ end }}`,
    en: `{{ if eq ${number} 0.0 }}no{{ else }}yes{{ end }}`,
  }),
  count: (number) => same(decimals(number, 0)),
  ratio: (number) => same(decimals(number, 2)),
  sectors: (number) => same(decimals(number, 0)),
  state: (number) => same(decimals(number, 0)),
}

interface NumberKind {
  readonly unit: Unit
  readonly states?: FieldDeclaration['states'] | undefined
}

/** Actions of a Go template that write a number, a float64 named `$value` or `.Value`, with its unit; a state in words. */
export function goNumber(number: string, { unit, states }: NumberKind, language: Language): string {
  const plain = pickText(FORMATS[unit](number), language)
  const words = Object.entries(states ?? {})
  if (words.length === 0) return plain
  const branches = words.map(
    ([state, word], index) =>
      `{{ ${index === 0 ? 'if' : 'else if'} eq ${number} ${goFloat(state)} }}${pickText(word, language)}`,
  )
  return `${branches.join('')}{{ else }}${plain}{{ end }}`
}

/** Go compares a float with a float alone. */
function goFloat(integer: string): string {
  return `${integer}.0`
}
