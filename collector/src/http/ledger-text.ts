import type { Agent } from '../ingest/agent.ts'
import type { Ledger } from '../ingest/ledger.ts'

type LedgerField = {
  [Name in keyof Ledger]: Ledger[Name] extends number ? Name : never
}[keyof Ledger]

const SAMPLE_COUNTERS: readonly (readonly [LedgerField, string])[] = [
  ['received', 'received in batches'],
  ['stored', 'durable in the journal and acknowledged'],
  ['duplicates', 'of batches that were held already'],
  ['rejected', 'of batches refused for good'],
  ['refused', 'of series over a limit'],
  ['deferred', 'not taken because the journal could not be written; the agent sends them again'],
  ['late', 'of the stored ones: older than three intervals when they came'],
  ['clockCorrected', 'of the stored ones: under a time that was corrected'],
]

const OTHER_COUNTERS: readonly (readonly [LedgerField, string])[] = [
  ['batches', 'Batches received'],
  ['frames', 'Binary frames received'],
  ['bytes', 'Bytes of binary frames received'],
]

/**
 * The ledger of every agent in Prometheus's text format. Written here and not by prom-client: with thousands of agents its label sets would cost
 * more than all other metrics together.
 */
export function formatLedgers(agents: Iterable<Agent>): string {
  const known = [...agents]
  const lines: string[] = []
  for (const [field, help] of SAMPLE_COUNTERS) {
    const name = `wardround_collector_agent_samples_${snakeCase(field)}_total`
    lines.push(...counter(name, `Samples ${help}`, known, ({ ledger }) => ledger[field]))
  }
  for (const [field, help] of OTHER_COUNTERS) {
    const name = `wardround_collector_agent_${snakeCase(field)}_total`
    lines.push(...counter(name, help, known, ({ ledger }) => ledger[field]))
  }
  lines.push(...rejections(known), ...clockErrors(known))
  return `${lines.join('\n')}\n`
}

function counter(
  name: string,
  help: string,
  agents: readonly Agent[],
  read: (agent: Agent) => number,
): string[] {
  return [
    `# HELP ${name} ${help}.`,
    `# TYPE ${name} counter`,
    ...agents.map((agent) => `${name}{host="${escapeLabel(agent.host)}"} ${read(agent)}`),
  ]
}

function rejections(agents: readonly Agent[]): string[] {
  const name = 'wardround_collector_agent_batches_rejected_total'
  const rows = agents.flatMap(({ host, ledger }) =>
    [...ledger.rejectedBatches].map(
      ([code, count]) =>
        `${name}{host="${escapeLabel(host)}",code="${escapeLabel(code)}"} ${count}`,
    ),
  )
  return [`# HELP ${name} Batches refused for good, by reason.`, `# TYPE ${name} counter`, ...rows]
}

function clockErrors(agents: readonly Agent[]): string[] {
  const name = 'wardround_collector_agent_clock_error_seconds'
  const rows = agents.flatMap(({ host, clock }) =>
    clock === undefined ? [] : [`${name}{host="${escapeLabel(host)}"} ${clock.errorMs / 1000}`],
  )
  return [
    `# HELP ${name} By how much the agent's clock was ahead of the collector's, by its newest batch.`,
    `# TYPE ${name} gauge`,
    ...rows,
  ]
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A label's value in the text format: backslash, quote and line feed are escaped. */
export function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
