import type { DocumentItem, JsonValue } from '@wardround/protocol'
import { formatValue } from '../rules/format-value.ts'

/** Lines of a quote. */
const SHOWN = 5

/**
 * What notices quote of the hosts' documents, such as the processes that use most CPU. A rule names what it quotes as `document.member`, the member
 * being a list of processes. Of the newest version only the words are kept.
 */
export class QuotedDocuments {
  /** Members that are quoted, by document. */
  readonly #members = new Map<string, Set<string>>()
  readonly #newest = new Map<string, { readonly timeMs: number; readonly text: string }>()

  constructor(quotes: Iterable<string>) {
    for (const quote of quotes) {
      const [name = '', member = ''] = quote.split('.')
      const members = this.#members.get(name) ?? new Set()
      this.#members.set(name, members.add(member))
    }
  }

  keep({ subject, name, timeMs, body }: DocumentItem): void {
    for (const member of this.#members.get(name) ?? []) {
      const place = `${subject}\n${name}.${member}`
      const known = this.#newest.get(place)
      if (known !== undefined && known.timeMs > timeMs) continue
      const rows = isRecord(body) ? body[member] : undefined
      if (!isList(rows) || rows.length === 0) this.#newest.delete(place)
      else
        this.#newest.set(place, {
          timeMs,
          text: rows.slice(0, SHOWN).map(describeProcess).join('; '),
        })
    }
  }

  /** The quote in words; undefined where the host has sent no such document. */
  quote(host: string, quote: string): string | undefined {
    return this.#newest.get(`${host}\n${quote}`)?.text
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
