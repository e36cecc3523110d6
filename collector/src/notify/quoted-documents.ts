import type { DocumentItem, JsonValue } from '@wardround/protocol'
import { formatValue } from '../rules/format-value.ts'

/** Lines of a quote. */
const SHOWN = 5

/**
 * The newest version of documents that notices quote, such as the processes that use most CPU. A rule names what it quotes as `document.member`,
 * the member being a list of processes.
 */
export class QuotedDocuments {
  readonly #names: ReadonlySet<string>
  readonly #newest = new Map<string, DocumentItem>()

  constructor(quotes: Iterable<string>) {
    this.#names = new Set([...quotes].map((quote) => quote.split('.')[0] ?? quote))
  }

  keep(document: DocumentItem): void {
    if (!this.#names.has(document.name)) return
    const place = `${document.subject}\n${document.name}`
    const known = this.#newest.get(place)
    if (known === undefined || known.timeMs <= document.timeMs) this.#newest.set(place, document)
  }

  /** The quote in words; undefined where the host has sent no such document. */
  quote(host: string, quote: string): string | undefined {
    const [name = '', member = ''] = quote.split('.')
    const body = this.#newest.get(`${host}\n${name}`)?.body
    const rows = isRecord(body) ? body[member] : undefined
    if (!isList(rows) || rows.length === 0) return undefined
    return rows.slice(0, SHOWN).map(describeProcess).join('; ')
  }
}

/** `mysqld (812, mysql) 98.3%, 1.2 GB`: name, pid, user, share of one core, resident memory. */
function describeProcess(row: JsonValue): string {
  const { command, pid, user, cpuPercent, rssBytes } = isRecord(row) ? row : {}
  const who = [pid, user].filter((part) => typeof part === 'number' || typeof part === 'string')
  const used: string[] = []
  if (typeof cpuPercent === 'number') used.push(formatValue(cpuPercent, 'percent').en)
  if (typeof rssBytes === 'number') used.push(formatValue(rssBytes, 'bytes').en)
  return `${typeof command === 'string' ? command : '?'} (${who.join(', ')}) ${used.join(', ')}`
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
