import { RuleTextError } from '../rule-problem.ts'

/** A text with places in it: parts alternate between plain text and the name of what stands in its place. */
export type Template = readonly TemplatePart[]

interface TemplatePart {
  readonly text: string
  /** What follows the text: `value`, `host`, a tag, or `measurement.field`; undefined at the end. */
  readonly name: string | undefined
  /** Offset of the name. */
  readonly at: number
}

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g

/** @throws RuleTextError where a place is left open */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = []
  let from = 0
  for (const match of text.matchAll(PLACE)) {
    const name = match[1] ?? ''
    const at = match.index + match[0].indexOf(name, 2)
    parts.push({ text: checkPlain(text.slice(from, match.index), from), name, at })
    from = match.index + match[0].length
  }
  parts.push({ text: checkPlain(text.slice(from), from), name: undefined, at: text.length })
  return parts
}

/** Stand for what is missing and follow what is there, until the text is whole; no text has them. */
const MISSING = '\uE000'
const THERE = '\uE001'

/** What is put in is plain text: it is never looked at for places again. What is missing is a dash; a bracket with nothing but that is left out. */
export function renderTemplate(
  template: Template,
  valueOf: (name: string) => string | undefined,
): string {
  let rendered = ''
  for (const { text, name } of template) {
    rendered += text
    if (name !== undefined) rendered += (valueOf(name) || MISSING) + THERE
  }
  return rendered.includes(MISSING)
    ? leaveOutBrackets(rendered).replaceAll(MISSING, '—').replaceAll(THERE, '')
    : rendered.replaceAll(THERE, '')
}

const BRACKET = new RegExp(`（[^（）]*${MISSING}[^（）]*）| ?\\([^()]*${MISSING}[^()]*\\)`, 'g')

function leaveOutBrackets(text: string): string {
  return text.replace(BRACKET, (bracket, at: number) => {
    if (bracket.replaceAll(MISSING + THERE, '').includes(THERE)) return bracket
    const [before = '', after = ''] = [text[at - 1], text[at + bracket.length]]
    return /[\x21-\x7e\uE001]/.test(before) && /\p{Script=Han}/u.test(after) ? ' ' : ''
  })
}

function checkPlain(text: string, from: number): string {
  const open = text.search(/\{\{|\}\}/)
  if (open >= 0) {
    throw new RuleTextError(
      from + open,
      { zh: '“{{”与“}}”不成对', en: '"{{" and "}}" don\'t pair' },
      { zh: '形如 {{value}}', en: 'a place such as {{value}}' },
    )
  }
  return text
}
