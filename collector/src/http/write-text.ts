import type { TokenLedger, WriteLedger } from '../lines/write-ledger.ts'
import { escapeLabel } from './ledger-text.ts'

const COUNTERS: readonly (readonly [
  name: string,
  help: string,
  of: (ledger: TokenLedger) => number,
])[] = [
  ['writes', 'Writes by line protocol', ({ writes }) => writes],
  ['write_bytes', 'Bytes of their bodies, as unpacked', ({ bytes }) => bytes],
  ['write_lines', 'Lines received', ({ lines }) => lines],
  ['write_events', 'Of the lines, those that are events', ({ events }) => events],
  ['write_texts', 'Values that are texts: left out, as a text is no sample', ({ texts }) => texts],
]

/** What came by line protocol, by token, in Prometheus's text format. */
export function formatWrites(ledger: WriteLedger): string {
  const tokens = [...ledger]
  const lines = COUNTERS.flatMap(([name, help, of]) => [
    `# HELP wardround_collector_${name}_total ${help}.`,
    `# TYPE wardround_collector_${name}_total counter`,
    ...tokens.map(
      ([token, its]) =>
        `wardround_collector_${name}_total{token="${escapeLabel(token)}"} ${of(its)}`,
    ),
  ])
  const refused = 'wardround_collector_write_lines_refused_total'
  lines.push(`# HELP ${refused} Lines refused, by reason.`, `# TYPE ${refused} counter`)
  for (const [token, its] of tokens)
    for (const [reason, count] of its.refused)
      lines.push(`${refused}{token="${escapeLabel(token)}",reason="${reason}"} ${count}`)
  const failed = 'wardround_collector_write_failed_tries_total'
  lines.push(
    `# HELP ${failed} Writes with a token that is none.`,
    `# TYPE ${failed} counter`,
    `${failed} ${ledger.failedTries}`,
  )
  return `${lines.join('\n')}\n`
}
