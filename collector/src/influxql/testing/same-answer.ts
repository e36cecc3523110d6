/** How far two numbers may be apart, in parts of the greater: sums in another order differ in their last digits. */
const TOLERANCE = 1e-9

/** Where two answers differ; undefined where they don't. Rows of one time may be in any order: InfluxDB has none of its own. */
export function difference(expected: string, actual: string): string | undefined {
  return differs(parse(expected), parse(actual), 'answer')
}

function parse(text: string): unknown {
  return text
    .trim()
    .split('\n')
    .map((line) => order(JSON.parse(line)))
}

/** Puts rows of one time into one order. */
function order(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(([name, member]) => [
      name,
      name === 'values' && Array.isArray(member) ? orderRows(member) : order(member),
    ])
    return Object.fromEntries(members)
  }
  return value.map((member) => order(member))
}

function orderRows(rows: readonly unknown[]): unknown[] {
  const timeOf = (row: unknown): unknown => (Array.isArray(row) ? row[0] : undefined)
  const ordered: unknown[] = []
  for (let from = 0; from < rows.length;) {
    let to = from + 1
    while (to < rows.length && timeOf(rows[to]) === timeOf(rows[from])) to++
    const same = rows.slice(from, to)
    ordered.push(...same.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)))
    from = to
  }
  return ordered
}

function differs(expected: unknown, actual: unknown, place: string): string | undefined {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const most = TOLERANCE * Math.max(1, Math.abs(expected))
    return Math.abs(expected - actual) <= most ? undefined : said(expected, actual, place)
  }
  if (!isObject(expected) || !isObject(actual)) {
    return expected === actual ? undefined : said(expected, actual, place)
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = differs(expected[name], actual[name], `${place}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function said(expected: unknown, actual: unknown, place: string): string {
  return `${place}: ${JSON.stringify(actual)?.slice(0, 200)}, expected ${JSON.stringify(expected)?.slice(0, 200)}`
}
