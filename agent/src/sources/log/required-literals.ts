/** What re2js knows of the texts that every match must hold: RE2's own prefilter, as its parser makes it. */
interface Prefilter {
  readonly type: number
  readonly str: string
  readonly subs: readonly Prefilter[]
}

const EXACT = 1
const AND = 2
const OR = 3

/** Shorter ones stand in almost every line. */
const MIN_BYTES = 3
/** What is longer is as rare as this. */
const MAX_LENGTH = 24
const MAX_ALTERNATIVES = 64

/** Texts of which a line must hold one. */
type Alternatives = readonly string[]

/**
 * Texts of which one stands in every line that an expression matches; undefined where there are none to search for.
 * @param prefilter of the expression compiled with case; an engine that gives none is taken at its word
 * @param ignoreCase the texts are in lower case, to be looked for in what foldCase() gives
 */
export function requiredLiterals(
  prefilter: unknown,
  { ignoreCase }: { readonly ignoreCase: boolean },
): Alternatives | undefined {
  return isPrefilter(prefilter) ? choose(prefilter, ignoreCase) : undefined
}

/** As RE2 folds what can stand in a literal: k is also the sign of the kelvin, s also the long s. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ſ', 's')
}

function choose(prefilter: Prefilter, ignoreCase: boolean): Alternatives | undefined {
  const subs = () => prefilter.subs.map((sub) => choose(sub, ignoreCase))
  switch (prefilter.type) {
    case EXACT: {
      const part = longestPart(ignoreCase ? prefilter.str.toLowerCase() : prefilter.str)
      return part === undefined ? undefined : [part]
    }
    case AND:
      return best(subs())
    case OR:
      return join(subs())
    default:
      return undefined
  }
}

/** All of them are required: the rarest will do, and long texts are rare. */
function best(parts: readonly (Alternatives | undefined)[]): Alternatives | undefined {
  const known = parts.filter((part) => part !== undefined)
  return known.toSorted((a, b) => shortest(b) - shortest(a) || a.length - b.length)[0]
}

function join(parts: readonly (Alternatives | undefined)[]): Alternatives | undefined {
  const all = new Set<string>()
  for (const part of parts) {
    if (part === undefined) return undefined
    for (const text of part) all.add(text)
  }
  return all.size === 0 || all.size > MAX_ALTERNATIVES ? undefined : [...all]
}

function shortest(texts: Alternatives): number {
  return Math.min(...texts.map((text) => Buffer.byteLength(text)))
}

/** ASCII and Chinese characters stand for the same bytes wherever they are: other text is not searched for. */
const SEARCHABLE = /[\u0020-\u007e\u4e00-\u9fa5]+/g

function longestPart(text: string): string | undefined {
  const parts = (text.match(SEARCHABLE) ?? []).filter(
    (part) => Buffer.byteLength(part) >= MIN_BYTES,
  )
  return parts.toSorted((a, b) => b.length - a.length)[0]?.slice(0, MAX_LENGTH)
}

function isPrefilter(value: unknown): value is Prefilter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'number' &&
    'str' in value &&
    typeof value.str === 'string' &&
    'subs' in value &&
    Array.isArray(value.subs) &&
    value.subs.every(isPrefilter)
  )
}
