import { parseExpression } from './parse-expression.ts'
import type {
  Expression,
  FillOption,
  MeasurementSource,
  NamePattern,
  SelectedField,
  SelectStatement,
  Slice,
  Source,
} from './syntax.ts'
import type { TokenReader } from './token-reader.ts'

/** Of a list with commas: more are nobody's. */
const MOST_ITEMS = 1_000

/** After SELECT. */
export function parseSelect(reader: TokenReader): SelectStatement {
  return reader.deeper(() => {
    const fields = parseList(reader, parseField)
    if (reader.keyword === 'INTO') {
      reader.refuse('SELECT … INTO writes, which /query does not do here')
    }
    reader.expectKeyword('FROM')
    const sources = parseList(reader, parseSource)
    const condition = parseWhere(reader)
    const dimensions = parseDimensions(reader)
    const fill = parseFill(reader)
    const descending = parseOrder(reader)
    return {
      kind: 'select',
      fields,
      sources,
      condition,
      dimensions,
      fill,
      descending,
      rows: parseSlice(reader, 'LIMIT', 'OFFSET'),
      series: parseSlice(reader, 'SLIMIT', 'SOFFSET'),
      timeZone: parseTimeZone(reader),
    }
  })
}

export function parseList<T>(reader: TokenReader, parse: (reader: TokenReader) => T): T[] {
  const found = [parse(reader)]
  while (reader.takeSign(',') !== undefined) {
    if (found.length >= MOST_ITEMS) reader.refuse(`more than ${MOST_ITEMS} items in a list`)
    found.push(parse(reader))
  }
  return found
}

export function parseWhere(reader: TokenReader): Expression | undefined {
  return reader.takeKeyword('WHERE') === undefined ? undefined : parseExpression(reader)
}

/** LIMIT and OFFSET, or those of the series. */
export function parseSlice(reader: TokenReader, limitWord: string, offsetWord: string): Slice {
  const limit = reader.takeKeyword(limitWord) === undefined ? 0 : reader.expectCount()
  const offset = reader.takeKeyword(offsetWord) === undefined ? 0 : reader.expectCount()
  return { limit, offset }
}

export function parseMeasurement(reader: TokenReader): MeasurementSource {
  const parts: (NamePattern | undefined)[] = [parsePattern(reader)]
  while (parts.length < 3 && reader.takeSign('.') !== undefined) {
    // `database..measurement`: in the default retention policy.
    parts.push(reader.next.text === '.' ? undefined : parsePattern(reader))
  }
  const measurement = parts.pop() ?? reader.fail('identifier')
  const [retentionPolicy, database] = parts.toReversed().map((part) => {
    return part === undefined || 'name' in part ? part?.name : reader.refuse('invalid source')
  })
  return { kind: 'measurement', database, retentionPolicy, measurement }
}

function parsePattern(reader: TokenReader): NamePattern {
  const regex = reader.next.text === '/' ? reader.takeRegex() : undefined
  return regex ?? { name: reader.takeName() ?? reader.fail('identifier') }
}

function parseField(reader: TokenReader): SelectedField {
  const expression = parseExpression(reader)
  const alias = reader.takeKeyword('AS') === undefined ? undefined : reader.expectName()
  return { expression, alias }
}

function parseSource(reader: TokenReader): Source {
  if (reader.takeSign('(') === undefined) return parseMeasurement(reader)
  reader.expectKeyword('SELECT')
  const statement = parseSelect(reader)
  reader.expectSign(')')
  return { kind: 'subquery', statement }
}

function parseDimensions(reader: TokenReader): Expression[] {
  if (reader.takeKeyword('GROUP') === undefined) return []
  reader.expectKeyword('BY')
  return parseList(reader, parseExpression)
}

function parseFill(reader: TokenReader): FillOption {
  const { kind, text } = reader.next
  if (kind !== 'word' || text.toLowerCase() !== 'fill') return 'null'
  reader.take()
  reader.expectSign('(')
  const fill = parseFillOption(reader)
  reader.expectSign(')')
  return fill
}

function parseFillOption(reader: TokenReader): FillOption {
  const { kind, text } = reader.next
  const word = text.toLowerCase()
  if (kind === 'word') {
    const isKnown = word === 'null' || word === 'none' || word === 'previous' || word === 'linear'
    if (!isKnown) reader.refuse(`expected number argument in fill()`)
    reader.take()
    return word
  }
  const value = parseExpression(reader)
  if (value.kind === 'number') return { kind: 'number', value: value.value }
  return reader.refuse(`expected number argument in fill()`)
}

/** Whether the latest comes first. */
function parseOrder(reader: TokenReader): boolean {
  if (reader.takeKeyword('ORDER') === undefined) return false
  reader.expectKeyword('BY')
  const direction = reader.takeKeyword('ASC', 'DESC')
  if (direction !== undefined) return direction === 'DESC'
  if (reader.next.text.toLowerCase() !== 'time') {
    reader.refuse('only ORDER BY time supported at this time')
  }
  reader.take()
  return reader.takeKeyword('ASC', 'DESC') === 'DESC'
}

function isTimeZone(zone: string): boolean {
  try {
    void new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function parseTimeZone(reader: TokenReader): string | undefined {
  const { kind, text } = reader.next
  if (kind !== 'word' || text.toLowerCase() !== 'tz') return undefined
  reader.take()
  reader.expectSign('(')
  if (reader.next.kind !== 'text') reader.fail('string')
  const zone = reader.take().text
  if (!isTimeZone(zone)) reader.refuse(`unable to find time zone ${zone}`)
  reader.expectSign(')')
  return zone
}
