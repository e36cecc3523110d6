/** A message as RFC 5424, RFC 3164 or nobody has it. */
export interface SyslogMessage {
  readonly format: 'rfc5424' | 'rfc3164' | 'plain'
  /** 0 to 23; undefined where there is no priority in front. */
  readonly facility: number | undefined
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number | undefined
  /** As the device wrote it: of the device's own clock, and of RFC 3164 without a year or a zone. */
  readonly time: string | undefined
  readonly host: string | undefined
  readonly app: string | undefined
  readonly process: string | undefined
  readonly id: string | undefined
  /** Behind the header. */
  readonly message: string
}

const HIGHEST_PRIORITY = 191
const MONTHS = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/

/** Takes anything: what has no header is a message as it stands. In one pass. */
export function parseSyslog(text: string): SyslogMessage {
  const priority = readPriority(text)
  if (priority === undefined) return { ...EMPTY, message: text }
  const { facility, severity, rest } = priority
  const given = parse5424(rest) ?? parse3164(rest) ?? { ...EMPTY, message: rest }
  return { ...given, facility, severity }
}

const EMPTY = {
  format: 'plain',
  facility: undefined,
  severity: undefined,
  time: undefined,
  host: undefined,
  app: undefined,
  process: undefined,
  id: undefined,
} as const

function readPriority(
  text: string,
): { readonly facility: number; readonly severity: number; readonly rest: string } | undefined {
  const [all = '', digits = ''] = /^<(\d{1,3})>/.exec(text) ?? []
  const priority = Number(digits)
  if (all === '' || priority > HIGHEST_PRIORITY) return undefined
  return { facility: priority >> 3, severity: priority & 7, rest: text.slice(all.length) }
}

/** `1 2026-11-22T10:11:12.123Z host app pid id [data] message`; `-` is nothing. */
function parse5424(rest: string): SyslogMessage | undefined {
  const found =
    /^1 (-|\d{4}-\d\d-\d\dT\S{1,32}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=[[-])/.exec(
      rest,
    )
  if (found === null) return undefined
  const [all, time, host, app, process, id] = found
  const end = endOfData(rest, all.length)
  if (end === undefined) return undefined
  return {
    ...EMPTY,
    format: 'rfc5424',
    time: orNothing(time),
    host: orNothing(host),
    app: orNothing(app),
    process: orNothing(process),
    id: orNothing(id),
    message: rest.slice(end).replace(/^ ?\ufeff?/, ''),
  }
}

/** Behind `-` or `[a b="c"][…]`, where a quote may hold brackets and escaped quotes. */
function endOfData(text: string, from: number): number | undefined {
  if (text[from] === '-') return from + 1
  let isQuoted = false
  for (let at = from; at < text.length; at++) {
    const letter = text[at]
    if (isQuoted && letter === '\\') at++
    else if (letter === '"') isQuoted = !isQuoted
    else if (letter === ']' && !isQuoted && text[at + 1] !== '[') return at + 1
  }
  return undefined
}

/** `Nov 22 10:11:12 host app[pid]: message`, with what makers put around it: a number, a star, a year, thousandths, a zone. */
function parse3164(rest: string): SyslogMessage | undefined {
  const found =
    /^(?:\d{1,10}: )?(?:[*.:] ?)?([A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{2,5}(?=:))?|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)?):? {1,2}/.exec(
      rest,
    )
  const time = found?.[1]
  if (found === null || time === undefined) return undefined
  if (!time.startsWith('2') && !MONTHS.test(time.slice(0, 3)) && !/^\d/.test(time)) return undefined
  const body = rest.slice(found[0].length)
  const [head = '', host] = /^([A-Za-z0-9_.:-]{1,255}) (?=\S)/.exec(body) ?? []
  const isHost = host !== undefined && !host.endsWith(':')
  const message = isHost ? body.slice(head.length) : body
  const [tag = '', app, process] =
    /^([^\s:[\]]{1,64})(?:\[([^\]\s]{1,32})\])?:\s?/.exec(message) ?? []
  return {
    ...EMPTY,
    format: 'rfc3164',
    time,
    host: isHost ? host : undefined,
    app,
    process,
    message: tag === '' ? message : message.slice(tag.length),
  }
}

function orNothing(word: string | undefined): string | undefined {
  return word === '-' ? undefined : word
}

const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )
const SEVERITY_NAMES = 'emerg alert crit err warning notice info debug'.split(' ')

export function facilityName(facility: number): string {
  return FACILITIES[facility] ?? String(facility)
}

export function severityName(severity: number): string {
  return SEVERITY_NAMES[severity] ?? String(severity)
}
