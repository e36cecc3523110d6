/** A certificate that exists on paper only: on a USB key, in a device, SM2. */
export interface LedgerEntry {
  readonly name: string
  readonly subject: string | undefined
  readonly issuer: string | undefined
  readonly serial: string | undefined
  readonly holder: string | undefined
  readonly kind: string
  readonly startMs: number | undefined
  readonly endMs: number
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

/** An entry of `ledger:`; undefined where a date is none. */
export function toLedgerEntry(entry: Readonly<Record<string, unknown>>): LedgerEntry | undefined {
  const { notBefore, notAfter } = entry
  const endMs = parseDay(notAfter, 'end')
  const startMs = notBefore === undefined ? undefined : parseDay(notBefore, 'begin')
  if (endMs === undefined || (notBefore !== undefined && startMs === undefined)) return undefined
  const text = (name: string) => (typeof entry[name] === 'string' ? entry[name] : undefined)
  return {
    name: String(entry['name']),
    subject: text('subject'),
    issuer: text('issuer'),
    serial: text('serial'),
    holder: text('holder'),
    kind: text('kind') ?? 'usb-key',
    startMs,
    endMs,
  }
}

/** `2027-05-01` (the whole day, in this host's time zone) or a time with its zone. */
function parseDay(value: unknown, edge: 'begin' | 'end'): number | undefined {
  const text = String(value)
  const day = DAY.exec(text)
  if (day === null) {
    const ms = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)
      ? Date.parse(text)
      : Number.NaN
    return Number.isNaN(ms) ? undefined : ms
  }
  const [year = 0, month = 0, date = 0] = day.slice(1).map(Number)
  const begin = new Date(year, month - 1, date)
  if (begin.getMonth() !== month - 1 || begin.getDate() !== date) return undefined // 2027-02-30
  return edge === 'begin' ? begin.getTime() : new Date(year, month - 1, date + 1).getTime() - 1000
}
