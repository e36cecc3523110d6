import { isCollection, isScalar, Scalar, visit, type Document, type YAMLError } from 'yaml'
import type { LocalizedText } from './language.ts'
import { describeYamlError } from './yaml-in-chinese.ts'

/** What is wrong with YAML text; `offset` is where. */
export interface SyntaxFault {
  readonly offset: number
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
}

/** After so many faults the rest comes of the first. */
const MAX_FAULTS = 5

/** Characters that no editor shows, and that are mostly the trace of a copy or of a broken disk. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const INVISIBLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/

/** What an input method writes in the place of YAML's punctuation and white space. */
const FULL_WIDTH = /[：，｛｝［］\u00A0\u3000]/

/** A value that begins with the place of a template: YAML takes the braces for a mapping. */
const OPEN_TEMPLATE = /(?:^\s*-|:)\s+\{\{|[{,]\s*\w+:\s*\{\{/

/** The faults that the parser found, each where its cause stands. */
export function describeSyntax(
  errors: readonly YAMLError[],
  document: Document,
  text: string,
): SyntaxFault[] {
  const faults = new Map<string, SyntaxFault>()
  for (const error of errors) {
    const found = inWords(error, text)
    const fault = found.what === TEMPLATE ? found : (findOpening(error, document, text) ?? found)
    faults.set(nameOf(fault, text), fault)
  }
  const sorted = [...faults.values()].toSorted((a, b) => a.offset - b.offset)
  const isOpen = sorted.find(({ expected }) => expected === CLOSED)
  return isOpen === undefined ? sorted.slice(0, MAX_FAULTS) : [isOpen]
}

/** What one unquoted template leads to on its line is one fault. */
function nameOf({ offset, what }: SyntaxFault, text: string): string {
  return what === TEMPLATE
    ? `line ${text.slice(0, offset).split('\n').length}`
    : `${offset} ${what.en}`
}

/** Characters that the parser takes and a person can't see. */
export function findInvisible(text: string): SyntaxFault | undefined {
  const found = INVISIBLE.exec(text)
  if (found === null) return undefined
  if (found[0] === '\r') return { offset: found.index, ...LONE_RETURN }
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return {
    offset: found.index,
    what: { zh: `不可见的控制字符 U+${code}`, en: `an invisible control character U+${code}` },
    expected: { zh: '可见的文本', en: 'text that can be seen' },
  }
}

/** Keys that stand twice in one mapping; the parser itself would compare each with each. */
export function findRepeated(document: Document): SyntaxFault[] {
  const faults: SyntaxFault[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value) && faults.length < MAX_FAULTS)
          faults.push({
            offset: key.range?.[0] ?? 0,
            what: {
              zh: `键“${String(key.value)}”重复`,
              en: `key "${String(key.value)}" is there twice`,
            },
            expected: { zh: '每个键只写一次', en: 'each key once' },
          })
        seen.add(key.value)
      }
    },
  })
  return faults
}

/** Of what is never closed: where it opens. The parser notices at the end of the file, or at the first line that can't belong to it. */
function findOpening(
  { code, message, pos }: YAMLError,
  document: Document,
  text: string,
): SyntaxFault | undefined {
  const isQuote = code === 'MISSING_CHAR' && message.includes('Missing closing')
  const bracket = /must be sufficiently indented and end with a (.)|to end with (.)/.exec(message)
  if (!isQuote && bracket === null) return undefined
  let offset: number | undefined
  visit(document, {
    Node(_, node) {
      const from = node.range?.[0] ?? Infinity
      if (from >= pos[0]) return
      const isSuch = isQuote ? isQuoted(node) : isCollection(node) && node.flow === true
      if (isSuch && (offset === undefined || from > offset)) offset = from
    },
  })
  if (offset === undefined) return undefined
  const opening = text.charAt(offset)
  return {
    offset,
    what: { zh: `此处的 ${opening} 没有闭合`, en: `this ${opening} is never closed` },
    expected: CLOSED,
  }
}

function isQuoted(node: unknown): boolean {
  return isScalar(node) && (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE)
}

function inWords({ code, message, pos: [offset] }: YAMLError, text: string): SyntaxFault {
  const en = code === 'RESOURCE_EXHAUSTION' ? 'nested too deeply' : message
  const lineAt = text.lastIndexOf('\n', offset - 1) + 1
  const line = text.slice(lineAt).split('\n', 1)[0] ?? ''
  if (OPEN_TEMPLATE.test(line))
    return { offset: lineAt + line.indexOf('{{'), what: TEMPLATE, expected: QUOTED }
  const wide = FULL_WIDTH.exec(line)?.[0]
  const expected = code === 'TAB_AS_INDENT' ? SPACES : wide === undefined ? undefined : narrow(wide)
  return { offset, what: { zh: describeYamlError(code), en }, expected }
}

function narrow(wide: string): LocalizedText {
  const isBlank = wide.trim() === ''
  const code = wide.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return isBlank
    ? {
        zh: `半角空格：该行含有 U+${code}，不是普通空格`,
        en: `plain spaces: the line has a U+${code}, which is none`,
      }
    : {
        zh: `半角标点：该行含有全角的“${wide}”`,
        en: `half-width punctuation: the line has a full-width "${wide}"`,
      }
}

const TEMPLATE: LocalizedText = {
  zh: '值以 {{ 开头却没有加引号，YAML 会把它当作 {…} 映射',
  en: 'a value that begins with {{ is not quoted: YAML takes it for a mapping in braces',
}
const QUOTED: LocalizedText = {
  zh: "加引号的文本，例如 zh: '{{host}} 的 CPU 使用率过高'",
  en: "quoted text, such as en: '{{host}} has a high CPU use'",
}
const CLOSED: LocalizedText = {
  zh: '成对的引号和括号',
  en: 'quotes and brackets in pairs',
}
const SPACES: LocalizedText = { zh: '空格', en: 'spaces' }
const LONE_RETURN = {
  what: {
    zh: '行尾只有回车符（CR）',
    en: 'a line that ends with a carriage return (CR) alone',
  },
  expected: { zh: '以 LF 或 CRLF 结尾的行', en: 'lines that end with LF or CRLF' },
}

/** Whether a value holds itself: anchors and aliases can say so, and nothing could then be done with it. */
export function isCyclic(value: unknown, above: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (above.has(value)) return true
  const inside = new Set(above).add(value)
  return Object.values(value).some((entry) => isCyclic(entry, inside))
}
