import { isTimeZone, parseDurationMs } from '@wardround/program/running'
import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import type { OptionProblem } from '../../source.ts'
import { findRefusal } from '../database/check-statement.ts'
import { DATABASE_KINDS, findDatabaseProblem } from '../database/database-options.ts'
import { SIDES } from './exchange-options.ts'

/** Placeholders of statements: the ends of the window. */
export const BINDS: readonly string[] = ['from', 'to']
const DAY_MS = 86_400_000

type Values = Readonly<Record<string, unknown>>
type Option = OptionProblem['option']

/** What the options can't say one by one. */
export function findExchangeProblems(options: Values): readonly OptionProblem[] {
  const problems = [
    ...SIDES.flatMap((side) => endProblems(side, asRecord(options[side]))),
    ...asList(options['quality']).flatMap((check, at) => {
      const { on = 'to', statement } = asRecord(check)
      return [
        ...onProblems(['quality', at], on, options),
        ...statementProblems(['quality', at, 'statement'], statement),
      ]
    }),
    ...unitProblems(options),
  ]
  const zone = options['timezone']
  if (typeof zone === 'string' && !isTimeZone(zone))
    problems.push({
      option: 'timezone',
      what: { zh: `没有时区“${zone}”`, en: `there is no time zone "${zone}"` },
      expected: { zh: '如 Asia/Shanghai', en: 'such as Asia/Shanghai' },
    })
  return [...problems, ...windowProblems(options['window'])]
}

function windowProblems(window: unknown): readonly OptionProblem[] {
  const ms = typeof window === 'string' ? parseDurationMs(window) : DAY_MS
  const isWhole = ms >= DAY_MS ? ms % DAY_MS === 0 : ms >= 60_000 && DAY_MS % ms === 0
  return isWhole
    ? []
    : [
        {
          option: 'window',
          what: {
            zh: '窗口不是整天，也不能整除一天',
            en: 'the window is neither whole days nor a whole part of one',
          },
          expected: { zh: '如 1d、7d、1h、15m', en: 'such as 1d, 7d, 1h or 15m' },
        },
      ]
}

function endProblems(side: string, end: Values): readonly OptionProblem[] {
  const kind = DATABASE_KINDS.find((name) => name === end['type'])
  if (kind !== undefined) {
    const wrong = findDatabaseProblem(kind, end)
    return [
      ...(wrong === undefined ? [] : [{ option: side, ...wrong }]),
      ...(end['statement'] === undefined ? [missing(side, 'statement')] : []),
      ...['statement', 'failed', 'pending'].flatMap((name) =>
        statementProblems([side, name], end[name]),
      ),
    ]
  }
  const wanted = end['type'] === 'http' ? ['url', 'pointer'] : ['file']
  const isUrl = end['type'] !== 'http' || URL.canParse(String(end['url']))
  return [
    ...wanted.filter((name) => end[name] === undefined).map((name) => missing(side, name)),
    ...(isUrl || end['url'] === undefined ? [] : [missing(side, 'url')]),
  ]
}

function missing(option: string, name: string): OptionProblem {
  return {
    option,
    what: { zh: `缺少 ${name}，或写法不对`, en: `${name} is missing, or is none` },
    expected: { zh: `该 type 需要 ${name}`, en: `${name}, as this type wants it` },
  }
}

function statementProblems(option: Option, text: unknown): readonly OptionProblem[] {
  const refusal = typeof text === 'string' ? findRefusal(text, BINDS) : undefined
  if (refusal === undefined) return []
  return [
    {
      option,
      what: {
        zh: `语句不会发送：${refusal.zh}`,
        en: `the statement is not sent: ${refusal.en}`,
      },
      expected: {
        zh: '一条只读的 SELECT 或 WITH',
        en: 'a single SELECT or WITH that only reads',
      },
    },
  ]
}

function onProblems(option: Option, on: unknown, options: Values): readonly OptionProblem[] {
  const { type } = asRecord(options[String(on)])
  return DATABASE_KINDS.some((kind) => kind === type)
    ? []
    : [
        {
          option,
          what: { zh: `${String(on)} 端不是数据库`, en: `the end "${String(on)}" is no database` },
          expected: { zh: 'on: 数据库所在的一端', en: 'on: the end that is a database' },
        },
      ]
}

function unitProblems(options: Values): readonly OptionProblem[] {
  if (options['units'] === undefined) return []
  const units = asRecord(options['units'])
  const { expected, expectedFile, reported, on = 'to' } = units
  const isOne = (expected === undefined) !== (expectedFile === undefined)
  return [
    ...(isOne ? [] : [missing('units', 'expected / expectedFile')]),
    ...(reported === undefined ? [missing('units', 'reported')] : []),
    ...onProblems('units', on, options),
    ...['expected', 'reported'].flatMap((name) => statementProblems(['units', name], units[name])),
  ]
}
