import { formatTime } from './format.ts'
import { en } from './i18n/en.ts'
import { zh } from './i18n/zh.ts'

const LONGEST_TEXT = 400
/** Of a value inside another. */
const DEEPEST = 3
/** Years 2001 to 2128: a number of milliseconds in this range is a time, a smaller one a duration. */
const EPOCH_MS = [1e12, 5e12] as const
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

type Language = 'zh-CN' | 'en'

/** The text of an event where it has one, and its other members with their names: texts in the page's language, times as times. */
export function describeEvent(body: unknown, language: Language, nowMs: number): string {
  const joined = describe(body, { language, nowMs, depth: 0 })
  return joined.length > LONGEST_TEXT ? `${joined.slice(0, LONGEST_TEXT)}…` : joined
}

interface Reader {
  readonly language: Language
  readonly nowMs: number
  readonly depth: number
}

function describe(value: unknown, reader: Reader): string {
  if (typeof value === 'string')
    return ISO_TIME.test(value) ? timeOf(Date.parse(value), reader) : value
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object' || reader.depth >= DEEPEST) return JSON.stringify(value)
  const inner = { ...reader, depth: reader.depth + 1 }
  if (Array.isArray(value)) return value.map((item) => describe(item, inner)).join(', ')
  if (isLocalized(value)) return reader.language === 'en' ? value.en : value.zh
  const members = Object.entries(value)
    .filter(([name]) => !isSaidTwice(name, value))
    .map(([name, member]) => describeMember(name, member, inner))
    .filter((part) => part !== '')
  return reader.depth === 0 ? members.join(' · ') : `(${members.join(', ')})`
}

function describeMember(name: string, value: unknown, reader: Reader): string {
  const isTime = typeof value === 'number' && isEpoch(name, value)
  const said = isTime ? timeOf(value, reader) : describe(value, reader)
  if (name === 'text' || name === 'message') return said
  return said === '' ? '' : `${nameOf(name, isTime, reader.language)}: ${said}`
}

/** In the page's words where it has some: `takenMs` and `takenAt` are one name. */
function nameOf(name: string, isTime: boolean, language: Language): string {
  const stem = name.replace(/(?<=[a-z])(?:Ms|At)$/, '')
  const words: Readonly<Record<string, string>> = language === 'en' ? en : zh
  const key = [`member.${name}`, `member.${stem}`].find((candidate) =>
    Object.hasOwn(words, candidate),
  )
  return (key === undefined ? undefined : words[key]) ?? (isTime ? stem : name)
}

/** A number of bytes may be as large: the name decides. */
function isEpoch(name: string, value: number): boolean {
  return (
    /(?:Ms|At|[tT]ime|[sS]ince|[uU]ntil)$/.test(name) && value >= EPOCH_MS[0] && value < EPOCH_MS[1]
  )
}

/** `takenMs` beside `takenAt`. */
function isSaidTwice(name: string, body: object): boolean {
  return name.endsWith('Ms') && Reflect.get(body, name.replace(/Ms$/, 'At')) !== undefined
}

function timeOf(timeMs: number, { nowMs }: Reader): string {
  return formatTime(timeMs, nowMs)
}

function isLocalized(value: object): value is { readonly zh: string; readonly en: string } {
  return (
    'zh' in value && 'en' in value && typeof value.zh === 'string' && typeof value.en === 'string'
  )
}
