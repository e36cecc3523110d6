/** Less than 0: a is the older. */
export type CompareVersions = (a: string, b: string) => number

interface Evr {
  readonly epoch: number
  readonly version: string
  readonly release: string
}

/** By dpkg's rules (deb-version(7)): [epoch:]upstream[-revision], `~` sorts before everything. */
export function compareDebVersions(a: string, b: string): number {
  const [one, two] = [splitVersion(a), splitVersion(b)]
  return (
    one.epoch - two.epoch ||
    compareDebPart(one.version, two.version) ||
    compareDebPart(one.release, two.release)
  )
}

/** By rpm's rules (rpmvercmp, with `~` and `^`): [epoch:]version[-release]; a release that one side lacks is not compared. */
export function compareRpmVersions(a: string, b: string): number {
  const [one, two] = [splitVersion(a), splitVersion(b)]
  const byVersion = one.epoch - two.epoch || compareRpmPart(one.version, two.version)
  if (byVersion !== 0 || one.release === '' || two.release === '') return byVersion
  return compareRpmPart(one.release, two.release)
}

function splitVersion(text: string): Evr {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?([\s\S]*)$/.exec(text) ?? []
  const dash = rest.lastIndexOf('-')
  return {
    epoch: Number(epoch),
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

/** Runs of non-digits and of digits in turn. */
function compareDebPart(a: string, b: string): number {
  const runs = /([^\d]*)(\d*)/gy
  let [restA, restB] = [a, b]
  while (restA !== '' || restB !== '') {
    const [wordA, numberA, nextA] = takeRun(restA, runs)
    const [wordB, numberB, nextB] = takeRun(restB, runs)
    const order = compareDebWord(wordA, wordB) || compareNumbers(numberA, numberB)
    if (order !== 0) return order
    ;[restA, restB] = [nextA, nextB]
  }
  return 0
}

function takeRun(text: string, runs: RegExp): [word: string, number: string, rest: string] {
  runs.lastIndex = 0
  const match = runs.exec(text)
  const [whole = '', word = '', number = ''] = match ?? []
  return [word, number, text.slice(whole.length)]
}

function compareDebWord(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = debRank(a[at]) - debRank(b[at])
    if (order !== 0) return order
  }
  return 0
}

/** `~` before the end, the end before letters, letters before the rest. */
function debRank(character: string | undefined): number {
  if (character === undefined) return 0
  if (character === '~') return -1
  const code = character.codePointAt(0) ?? 0
  return /[A-Za-z]/.test(character) ? code : code + 256
}

function compareNumbers(a: string, b: string): number {
  const [one, two] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return one.length - two.length || (one < two ? -1 : one > two ? 1 : 0)
}

/** Segments of digits or of letters; what separates them says nothing but `~` and `^`. */
function compareRpmPart(a: string, b: string): number {
  const [one, two] = [segmentsOf(a), segmentsOf(b)]
  for (let at = 0; at < Math.max(one.length, two.length); at++) {
    const order = compareRpmSegment(one[at], two[at])
    if (order !== 0) return order
  }
  return 0
}

function segmentsOf(text: string): string[] {
  return text.match(/\d+|[A-Za-z]+|~|\^/g) ?? []
}

function compareRpmSegment(a: string | undefined, b: string | undefined): number {
  if (a === '~' || b === '~') return a === b ? 0 : a === '~' ? -1 : 1
  if (a === '^' || b === '^') return compareCarets(a, b)
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  const [isNumberA, isNumberB] = [/^\d/.test(a), /^\d/.test(b)]
  if (isNumberA && isNumberB) return compareNumbers(a, b)
  if (isNumberA !== isNumberB) return isNumberA ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

/** `^` is newer than the end and older than anything else. */
function compareCarets(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === '^') return b === undefined ? 1 : -1
  return a === undefined ? -1 : 1
}
