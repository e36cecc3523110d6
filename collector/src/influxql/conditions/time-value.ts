import { asInfluxSays } from '../influxql-error.ts'
import { NS_PER_MS } from '../language/durations.ts'
import type { Expression } from '../language/syntax.ts'
import { zoneOffset } from './zone-offset.ts'

/** What times are told by. */
export interface Clock {
  readonly nowMs: number
  /** Of texts without an offset; UTC if not said. */
  readonly timeZone?: string | undefined
}

/** `2026-01-31`, with a time after a space or a T, with or without fractions and an offset. */
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/

/** InfluxDB's times end there. */
const LAST_NS = 2n ** 63n

/** A time in ns since the epoch. @throws StatementError */
export function timeValue(expression: Expression, clock: Clock): bigint {
  const ns = valueOf(expression, clock)
  if (ns < LAST_NS && ns > -LAST_NS) return ns
  throw asInfluxSays('time outside range')
}

function valueOf(expression: Expression, clock: Clock): bigint {
  const { kind } = expression
  if (kind === 'duration') return expression.ns
  if (kind === 'number') return numberTime(expression.text)
  if (kind === 'text') return textTime(expression.value, clock)
  if (kind === 'call' && expression.name === 'now' && expression.args.length === 0) {
    return BigInt(clock.nowMs) * NS_PER_MS
  }
  if (kind === 'binary' && (expression.operator === '+' || expression.operator === '-')) {
    const left = valueOf(expression.left, clock)
    const right = valueOf(expression.right, clock)
    return expression.operator === '+' ? left + right : left - right
  }
  throw asInfluxSays('invalid operation: time is compared with what is no time')
}

function numberTime(text: string): bigint {
  if (/^-?\d{1,30}$/.test(text)) return BigInt(text)
  throw asInfluxSays(`invalid operation: time and a number that is no integer: ${text}`)
}

function textTime(text: string, { timeZone }: Clock): bigint {
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset] =
    TIME.exec(text) ?? []
  const utcMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset ?? 'Z'}`)
  if (year === undefined || Number.isNaN(utcMs)) {
    throw asInfluxSays(`invalid operation: time and *influxql.StringLiteral are not compatible`)
  }
  const ms = offset === undefined && timeZone !== undefined ? inZone(utcMs, timeZone) : utcMs
  return BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'))
}

/** The time at which the zone's clocks show what UTC's show at another. */
function inZone(utcMs: number, timeZone: string): number {
  const offset = zoneOffset(timeZone)
  const near = utcMs - offset(utcMs)
  return utcMs - offset(near)
}
