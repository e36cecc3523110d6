/** What of a regular expression is not known here, or could take for ever. */
export class RegexRefused extends Error {
  override readonly name = 'RegexRefused'
  /** As it is written. */
  readonly part: string
  readonly why: 'unknown' | 'nested'

  constructor(part: string, why: 'unknown' | 'nested') {
    super(part)
    this.part = part
    this.why = why
  }
}

/** Of Go's syntax, outside of a set: one escape, a group's beginning, a whole set, a repetition, or one character. */
const PART =
  /\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[pP].|Q[^]*?(?:\\E|$)|[^])|\(\?(?:P?<[^>]*>|[a-zA-Z-]*[:)]|[^])|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu

/** One escape of a set. */
const ESCAPE = /\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[pP].|[^])/gu
/** What Go takes for white space. */
const SPACE = String.raw`\t\n\f\r `

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  ascii: String.raw`\x00-\x7f`,
  blank: String.raw`\t `,
  cntrl: String.raw`\x00-\x1f\x7f`,
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: String.raw`!-\/:-@\[-\x60{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  word: 'a-zA-Z0-9_',
  xdigit: '0-9a-fA-F',
}

/** A group that is open: its flags, and whether something in it repeats without end. */
interface Open {
  readonly dotAll: boolean
  readonly ignoreCase: boolean
  repeats: boolean
}

/**
 * Go's regular expression as the query model has it: JavaScript's, matching the whole value, `.` being every character.
 * @throws RegexRefused
 */
export function fromGoRegex(source: string): string {
  const own = new Translation().translate(source)
  // Whoever begins and ends it himself needs nobody to look around it.
  const begins = source.startsWith('^') && isOne(source)
  const ends = /(?<!\\)\$$/.test(source) && isOne(source)
  return `${begins ? '' : '.*'}(?:${own})${ends ? '' : '.*'}`
}

/** Whether no `|` stands outside of brackets: its parts begin and end by themselves. */
function isOne(source: string): boolean {
  let depth = 0
  for (const [part] of source.matchAll(PART)) {
    if (part.startsWith('(')) depth++
    else if (part === ')') depth--
    else if (part === '|' && depth === 0) return false
  }
  return true
}

class Translation {
  readonly #open: Open[] = [{ dotAll: false, ignoreCase: false, repeats: false }]
  /** Whether what was last said repeats something without end. */
  #lastRepeats = false

  translate(source: string): string {
    return source.replaceAll(PART, (part) => this.#part(part))
  }

  get #now(): Open {
    return this.#open.at(-1)!
  }

  #part(part: string): string {
    if (/^[*+?{]/.test(part) && (part.length > 1 || part !== '{')) return this.#repeat(part)
    if (part === ')') return this.#close()
    this.#lastRepeats = false
    if (part.startsWith('(')) return this.#begin(part)
    if (part.startsWith('[') && part.length > 1) return this.#set(part)
    if (part.startsWith('\\')) return this.#escape(part)
    if (part === '.') return this.#now.dotAll ? '.' : String.raw`[^\n]`
    return /[|^$]/.test(part) ? part : this.#character(part)
  }

  #repeat(part: string): string {
    const isEndless = /^(?:[*+]|\{\d+,\})/.test(part)
    if (isEndless && this.#lastRepeats) throw new RegexRefused(part, 'nested')
    if (isEndless) this.#now.repeats = true
    this.#lastRepeats = false
    return part
  }

  #begin(part: string): string {
    const { dotAll, ignoreCase } = this.#now
    const flags = /^\(\?([a-zA-Z-]*)[:)]$/.exec(part)?.[1]
    if (part.startsWith('(?') && flags === undefined && !/^\(\?P?</.test(part)) {
      throw new RegexRefused(part, 'unknown')
    }
    const next = { ...withFlags({ dotAll, ignoreCase }, flags ?? '', part), repeats: false }
    if (part.endsWith(')')) {
      // Flags alone hold to the end of the group.
      this.#open[this.#open.length - 1] = { ...next, repeats: this.#now.repeats }
      return ''
    }
    this.#open.push(next)
    return '(?:'
  }

  #close(): string {
    const closed = this.#open.length > 1 ? this.#open.pop()! : this.#now
    this.#lastRepeats = closed.repeats
    if (closed.repeats) this.#now.repeats = true
    return ')'
  }

  #set(part: string): string {
    const [, start, members] = /^(\[\^?)([^]*)\]$/.exec(part)!
    const own = members!
      .replace(/^\]/, String.raw`\]`)
      .replaceAll(/\[:(\^?)(\w+):\]/g, (written, negated: string, name: string) => {
        const set = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined
        if (set === undefined || negated !== '') throw new RegexRefused(written, 'unknown')
        return set
      })
      .replaceAll(ESCAPE, (written) => {
        if (written === String.raw`\s`) return SPACE
        if (written === String.raw`\S`) throw new RegexRefused(written, 'unknown')
        const sign = written.slice(1)
        return escapeIn(written) ?? (/[\\\]^-]/.test(sign) ? written : sign)
      })
    return `${start}${own}${this.#now.ignoreCase ? otherCase(own) : ''}]`
  }

  #escape(part: string): string {
    if (part.startsWith(String.raw`\Q`)) {
      const literal = part.slice(2).replace(/\\E$/, '')
      return Array.from(literal, (one) => this.#character(one)).join('')
    }
    if (part === String.raw`\A`) return '^'
    if (part === String.raw`\z`) return '$'
    if (part === String.raw`\s`) return `[${SPACE}]`
    if (part === String.raw`\S`) return `[^${SPACE}]`
    return escapeIn(part) ?? this.#character(part.slice(1))
  }

  /** One that means itself. */
  #character(character: string): string {
    if (/[\\.+*?()|[\]{}^$/]/.test(character)) return `\\${character}`
    if (!this.#now.ignoreCase || !/^\p{L}$/u.test(character)) return character
    const [small, capital] = [character.toLowerCase(), character.toUpperCase()]
    return small === capital ? character : `[${small}${capital}]`
  }
}

/** The letters that a set has in the other case alone. */
function otherCase(members: string): string {
  const set = new RegExp(`[${members}]`, 'u')
  const letters = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')
  const swap = (letter: string): string =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
  return letters.filter((letter) => !set.test(letter) && set.test(swap(letter))).join('')
}

function withFlags(
  { dotAll, ignoreCase }: { dotAll: boolean; ignoreCase: boolean },
  flags: string,
  part: string,
): { dotAll: boolean; ignoreCase: boolean } {
  const [on = '', off = ''] = flags.split('-', 2)
  if (/[^is]/.test(on + off)) throw new RegexRefused(part, 'unknown')
  const isOn = (flag: string, now: boolean): boolean =>
    on.includes(flag) || (now && !off.includes(flag))
  return { dotAll: isOn('s', dotAll), ignoreCase: isOn('i', ignoreCase) }
}

/** Escapes that are the same in a set and outside; undefined for a sign that stands for itself. @throws RegexRefused */
function escapeIn(part: string): string | undefined {
  if (part.startsWith(String.raw`\x{`)) return String.raw`\u{${part.slice(3, -1)}}`
  if (/^\\[pP][^{]/.test(part)) return `${part.slice(0, 2)}{${part.slice(2)}}`
  // Categories have one letter or two; other names are of scripts.
  if (/^\\[pP]\{\w{3,}\}$/.test(part)) return `${part.slice(0, 3)}Script=${part.slice(3)}`
  if (/^\\(?:[dDwWbBntrfv]|x..|[pP]\{.*\})$/.test(part)) return part
  if (part === String.raw`\a`) return String.raw`\x07`
  if (/^\\[a-zA-Z0-9]/.test(part) || part.length === 1) throw new RegexRefused(part, 'unknown')
  return undefined
}
