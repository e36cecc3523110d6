import { type TProperties, Type } from 'typebox'

/** No key beside those that are described. */
export const closed = { additionalProperties: false } as const

/** Names that stand in labels, addresses and records. */
export const Id = (description: string) =>
  Type.String({
    pattern: '^[a-z0-9][a-z0-9_.-]{0,63}$',
    expected: {
      zh: '小写字母、数字、点、横线和下划线，至多 64 个字符',
      en: 'lower-case letters, digits, dots, dashes and underscores, at most 64',
    },
    description,
  })

/** The name of a host or device, as its token or its agent's configuration has it. */
export const SubjectName = (description: string) =>
  Type.String({ minLength: 1, maxLength: 253, description })

export const Words = (description: string) =>
  Type.String({ minLength: 1, maxLength: 1024, description })

/** What people read, in both languages. */
export const BothLanguages = (description: string) =>
  Type.Object({ zh: Words('In Chinese'), en: Words('In English') }, { ...closed, description })

export const DAY_PATTERN = '^\\d{4}-\\d{2}-\\d{2}$'

export const Day = (description: string) =>
  Type.String({
    pattern: DAY_PATTERN,
    expected: { zh: '日期，如 2026-10-01', en: 'a day such as 2026-10-01' },
    description,
  })

const HOURS = '^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$'

export const HoursOfDay = (description: string) =>
  Type.String({
    pattern: HOURS,
    expected: {
      zh: '一天中的时段，时与分各两位，如 09:00-17:00',
      en: 'hours of a day, two digits each, such as 09:00-17:00',
    },
    description,
  })

/** A section of which each key is described. */
export const Section = <P extends TProperties>(properties: P, description: string) =>
  Type.Object(properties, { ...closed, description })

/** One of several words. */
export const OneOf = <const T extends readonly string[]>(
  words: T,
  options: { readonly description: string; readonly default?: T[number] },
) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  )
