import { recordsOf, type DocumentItem, type DocumentRecord } from '@wardround/protocol'
import { formatValue } from '../rules/texts/format-value.ts'
import { plainText } from '../rules/texts/plain-text.ts'

/** Lines of a quote. */
const SHOWN = 5

/**
 * What notices quote of the hosts' documents, such as the processes that use most CPU. A rule names what it quotes as `document.member`, the member
 * being a table of processes, or of names with their age in days. Of the newest version only the words are kept.
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
      const processes =
        typeof body === 'object' && body !== null ? recordsOf(Reflect.get(body, member)) : []
      if (processes.length === 0) this.#newest.delete(place)
      else
        this.#newest.set(place, {
          timeMs,
          text: processes.slice(0, SHOWN).map(describe).join('; '),
        })
    }
  }

  /** The quote in words; undefined where the host has sent no such document. */
  quote(host: string, quote: string): string | undefined {
    return this.#newest.get(`${host}\n${quote}`)?.text
  }
}

function describe(record: DocumentRecord): string {
  return plainText('command' in record ? describeProcess(record) : describeAged(record))
}

/** `oracle (120 d)`: what a table of ages has. */
function describeAged({ name, days }: DocumentRecord): string {
  return `${typeof name === 'string' ? name : '?'}${typeof days === 'number' ? ` (${days} d)` : ''}`
}

/** `mysqld (812, mysql) 98.3%, 1.2 GB`: name, pid, user, share of one core, resident memory. */
function describeProcess(process: DocumentRecord): string {
  const { command, pid, user, cpuPercent, rssBytes } = process
  const who = [pid, user].filter((part) => typeof part === 'number' || typeof part === 'string')
  const used: string[] = []
  if (typeof cpuPercent === 'number') used.push(formatValue(cpuPercent, 'percent').en)
  if (typeof rssBytes === 'number') used.push(formatValue(rssBytes, 'bytes').en)
  return `${typeof command === 'string' ? command : '?'} (${who.join(', ')}) ${used.join(', ')}`
}
