import { parseList, parseMeasurement, parseSlice, parseWhere } from './parse-select.ts'
import type { KeyCondition, MeasurementSource, ShowStatement, ShowSubject } from './syntax.ts'
import type { TokenReader } from './token-reader.ts'

const SUBJECTS = ['DATABASES', 'FIELD', 'MEASUREMENT', 'MEASUREMENTS', 'RETENTION', 'SERIES', 'TAG']

/** What this doesn't show, and InfluxDB does. */
const OTHERS = [
  'CONTINUOUS',
  'DIAGNOSTICS',
  'GRANTS',
  'QUERIES',
  'SHARD',
  'SHARDS',
  'STATS',
  'SUBSCRIPTIONS',
  'USERS',
]

/** After SHOW. */
export function parseShow(reader: TokenReader): ShowStatement | { kind: 'refused'; words: string } {
  const other = reader.takeKeyword(...OTHERS)
  if (other !== undefined) return { kind: 'refused', words: `SHOW ${other}` }
  const subject = parseSubject(reader)
  if (reader.keyword === 'CARDINALITY' || reader.keyword === 'EXACT') {
    return { kind: 'refused', words: `SHOW ${subject.toUpperCase()} CARDINALITY` }
  }
  const database = reader.takeKeyword('ON') === undefined ? undefined : reader.expectName()
  const filtered =
    subject === 'measurements' ? parseWithMeasurement(reader) : parseFrom(reader, subject)
  const keys = subject === 'tag values' ? parseKeys(reader) : undefined
  return {
    kind: 'show',
    subject,
    database,
    sources: filtered,
    keys,
    condition: parseWhere(reader),
    ...parseTail(reader),
  }
}

function parseTail(reader: TokenReader): Pick<ShowStatement, 'rows' | 'series'> {
  if (reader.takeKeyword('ORDER') !== undefined) parseOrderOfKeys(reader)
  const rows = parseSlice(reader, 'LIMIT', 'OFFSET')
  return { rows, series: parseSlice(reader, 'SLIMIT', 'SOFFSET') }
}

/** The answer is always in this order. */
function parseOrderOfKeys(reader: TokenReader): void {
  reader.expectKeyword('BY')
  reader.takeName()
  if (reader.keyword === 'DESC') reader.fail('ASC')
  reader.takeKeyword('ASC')
}

function parseSubject(reader: TokenReader): ShowSubject {
  const word =
    reader.takeKeyword(...SUBJECTS) ?? reader.fail(...[...SUBJECTS, ...OTHERS].toSorted())
  switch (word) {
    case 'DATABASES':
      return 'databases'
    case 'FIELD':
      reader.expectKeyword('KEY', 'KEYS')
      return 'field keys'
    case 'RETENTION':
      reader.expectKeyword('POLICIES')
      return 'retention policies'
    case 'SERIES':
      return 'series'
    case 'TAG':
      return reader.expectKeyword('KEY', 'KEYS', 'VALUES') === 'VALUES' ? 'tag values' : 'tag keys'
    default:
      return 'measurements'
  }
}

function parseWithMeasurement(reader: TokenReader): MeasurementSource[] {
  if (reader.takeKeyword('WITH') === undefined) return []
  reader.expectKeyword('MEASUREMENT')
  const operator = reader.expectSign('=', '=~')
  if (operator === '=') return [parseMeasurement(reader)]
  const measurement = reader.takeRegex() ?? reader.fail('regex')
  return [{ kind: 'measurement', measurement }]
}

function parseFrom(reader: TokenReader, subject: ShowSubject): MeasurementSource[] {
  const hasSources = subject !== 'databases' && subject !== 'retention policies'
  if (!hasSources || reader.takeKeyword('FROM') === undefined) return []
  return parseList(reader, parseMeasurement)
}

function parseKeys(reader: TokenReader): KeyCondition {
  reader.expectKeyword('WITH')
  reader.expectKeyword('KEY')
  if (reader.takeKeyword('IN') !== undefined) {
    reader.expectSign('(')
    const keys = parseList(reader, (inner) => inner.expectName())
    reader.expectSign(')')
    return { operator: 'in', keys }
  }
  const operator = reader.expectSign('=', '!=', '<>', '=~', '!~')
  if (operator === '=~' || operator === '!~') {
    return { operator, key: reader.takeRegex() ?? reader.fail('regex') }
  }
  return { operator: operator === '=' ? '=' : '!=', key: reader.expectName() }
}
