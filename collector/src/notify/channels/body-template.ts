import type { LocalizedText } from '@wardround/program'
import { RuleTextError } from '../../rules/rule-problem.ts'
import { parseTemplate, type Template } from '../../rules/texts/template.ts'

/** A value as YAML and JSON have it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

/** What places stand for. */
export type TemplateView = Readonly<Record<string, Json>>

/** A template that can't be used; `path` is the place within it. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem'
  readonly path: readonly string[]
  readonly text: LocalizedText

  constructor(path: readonly string[], text: LocalizedText) {
    super(text.en)
    this.path = path
    this.text = text
  }
}

/** A template whose places are known. */
export type BodyTemplate = (view: TemplateView) => Json

/** Names that a template may use; `labels.*` stands for every name below it. */
export type KnownNames = readonly string[]

/**
 * Compiles a value whose strings hold {{places}}. A string that is one place and no more becomes the place's value, whatever that is (a number, a list, a mapping); in
 * any other string values are written as text, lists with commas. A mapping of `forEach: alerts` and `item: …` becomes a list with the item once for each
 * alert, whose members are `alert.*` within it. What is put in is never looked at for places again.
 * @throws TemplateProblem
 */
export function compileBody(
  value: unknown,
  known: KnownNames,
  path: readonly string[] = [],
): BodyTemplate {
  if (typeof value === 'string') return compileString(value, known, path)
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileBody(item, known, [...path, String(index)]))
    return (view) => items.map((render) => render(view))
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return () => value
  if (typeof value === 'object') return compileMapping({ ...value }, known, path)
  throw new TemplateProblem(path, { zh: '不是 JSON 能表示的值', en: 'is no value that JSON has' })
}

function compileMapping(
  mapping: Readonly<Record<string, unknown>>,
  known: KnownNames,
  path: readonly string[],
): BodyTemplate {
  if ('forEach' in mapping && 'item' in mapping && Object.keys(mapping).length === 2)
    return compileList(mapping, known, path)
  const members = Object.entries(mapping).map(
    ([key, member]) => [key, compileBody(member, known, [...path, key])] as const,
  )
  return (view) => Object.fromEntries(members.map(([key, render]) => [key, render(view)]))
}

function compileList(
  { forEach, item }: Readonly<Record<string, unknown>>,
  known: KnownNames,
  path: readonly string[],
): BodyTemplate {
  if (forEach !== 'alerts')
    throw new TemplateProblem([...path, 'forEach'], {
      zh: 'forEach 只能是 alerts',
      en: 'forEach can only be alerts',
    })
  const render = compileBody(item, known, [...path, 'item'])
  return (view) => {
    const { alerts } = view
    return Array.isArray(alerts) ? alerts.map((alert: Json) => render({ ...view, alert })) : []
  }
}

function compileString(text: string, known: KnownNames, path: readonly string[]): BodyTemplate {
  const template = parse(text, path)
  const names = template.flatMap(({ name }) => (name === undefined ? [] : [name]))
  for (const name of names) checkName(name, known, path)
  const [only, ...others] = names
  if (only !== undefined && others.length === 0 && template.every((part) => part.text === ''))
    return (view) => valueAt(view, only)
  return (view) =>
    template
      .map(
        ({ text: plain, name }) => plain + (name === undefined ? '' : toText(valueAt(view, name))),
      )
      .join('')
}

function parse(text: string, path: readonly string[]): Template {
  try {
    return parseTemplate(text)
  } catch (error) {
    if (!(error instanceof RuleTextError)) throw error
    throw new TemplateProblem(path, error.what)
  }
}

function checkName(name: string, known: KnownNames, path: readonly string[]): void {
  const isKnown = known.some((one) =>
    one.endsWith('.*') ? name.startsWith(one.slice(0, -1)) : one === name,
  )
  if (isKnown) return
  throw new TemplateProblem(path, {
    zh: `没有“{{${name}}}”；可用：${known.join('、')}`,
    en: `there is no {{${name}}}; there are ${known.join(', ')}`,
  })
}

/** A name with dots leads into mappings; a label's own name may have dots too. Null where nothing is. */
function valueAt(view: TemplateView, name: string): Json {
  let value: Json = view
  const keys = name.split('.')
  for (const [index, key] of keys.entries()) {
    if (!isMapping(value)) return null
    const rest = keys.slice(index).join('.')
    if (Object.hasOwn(value, rest)) return value[rest] ?? null
    if (!Object.hasOwn(value, key)) return null
    value = value[key] ?? null
  }
  return value
}

function isMapping(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as text: a list with commas, a mapping as JSON. */
export function toText(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(toText).join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
