/** What a line of an access log tells us. */
export interface AccessLine {
  readonly status: number
  /** Undefined where the pattern has none; `-` is 0. */
  readonly bytes: number | undefined
  /** In the unit of the pattern, see AccessPattern. */
  readonly duration: number | undefined
}

/** How a Tomcat writes its access log, compiled. */
export interface AccessPattern {
  readonly line: RegExp
  /** `%D` is in ms up to Tomcat 9 and in µs since 10. */
  readonly durationUnit: 'ms' | 'us' | 's' | 'by-version' | undefined
}

const NAMED: Readonly<Record<string, string>> = {
  common: '%h %l %u %t "%r" %s %b',
  combined: '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"',
}

const TOKEN = /%(?:\{([^}]*)\})?([a-zA-Z])/g
const UNITS: Readonly<Record<string, AccessPattern['durationUnit']>> = {
  ms: 'ms',
  us: 'us',
  s: 's',
  fracsec: 's',
}

/**
 * Compiles the pattern of an AccessLogValve into an expression without any choice, so that it takes linear time. Undefined for one without a status,
 * or where nothing stands between two values.
 */
export function compileAccessPattern(given: string): AccessPattern | undefined {
  const pattern = NAMED[given] ?? given
  let source = '^'
  let durationUnit: AccessPattern['durationUnit']
  const seen = new Set<string>()
  const tokens = [...pattern.matchAll(TOKEN)]
  let at = 0
  for (const [n, token] of tokens.entries()) {
    source += escapeRegExp(pattern.slice(at, token.index))
    at = token.index + token[0].length
    const next = pattern[at]
    if (next === '%' && n < tokens.length - 1) return undefined
    const unit = toDurationUnit(token[2], token[1])
    const name = nameOf(token[2], token[1], unit)
    if (unit !== undefined) durationUnit ??= unit
    source += seen.has(name ?? '')
      ? valueBefore(next, pattern[token.index - 1])
      : toGroup(name, next, pattern[token.index - 1])
    if (name !== undefined) seen.add(name)
  }
  if (!seen.has('status')) return undefined
  return { line: new RegExp(`${source}${escapeRegExp(pattern.slice(at))}$`), durationUnit }
}

/** Undefined for a line that was not written with this pattern. */
export function parseAccessLine({ line }: AccessPattern, text: string): AccessLine | undefined {
  const groups = line.exec(text)?.groups
  const status = Number(groups?.['status'])
  if (groups === undefined || !Number.isInteger(status) || status < 100 || status > 999)
    return undefined
  return {
    status,
    bytes: toNumber(groups['bytes']),
    duration: groups['duration'] === '-' ? undefined : toNumber(groups['duration']),
  }
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text === '-') return 0
  const number = Number(text)
  return text !== '' && Number.isFinite(number) && number >= 0 ? number : undefined
}

function toDurationUnit(letter = '', parameter = ''): AccessPattern['durationUnit'] {
  if (letter === 'D') return 'by-version'
  if (letter === 'T') return parameter === '' ? 's' : UNITS[parameter]
  return undefined
}

function nameOf(
  letter = '',
  parameter: string | undefined,
  unit: AccessPattern['durationUnit'],
): string | undefined {
  if (unit !== undefined) return 'duration'
  if (parameter !== undefined) return undefined
  if (letter === 's') return 'status'
  return letter === 'b' || letter === 'B' ? 'bytes' : undefined
}

function toGroup(
  name: string | undefined,
  next: string | undefined,
  before: string | undefined,
): string {
  if (name === undefined) return valueBefore(next, before)
  return name === 'status' ? String.raw`(?<status>\d{3})` : String.raw`(?<${name}>[\d.]+|-)`
}

/** Up to what follows; `%t` has brackets of its own, and quoted values may hold escaped quotes. */
function valueBefore(next: string | undefined, before: string | undefined): string {
  if (next === '"' && before === '"') return String.raw`(?:[^"\\]|\\.)*`
  if (next === undefined) return '.*'
  return String.raw`(?:\[[^\]]*\]|[^${escapeRegExp(next)}\[][^${escapeRegExp(next)}]*)?`
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
