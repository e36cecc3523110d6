import type {
  FieldDeclaration,
  LocalizedText,
  MeasurementDeclaration,
  ProbeDeclaration,
} from '@wardround/protocol'
import { TEXT_NOTICE } from './generated-file.ts'
import { formatTable } from './markdown-table.ts'

const INTRODUCTION = `# Metrics

What the agent measures: measurements with their tags and fields, by probe. Where Telegraf has an input for the same source, the names are
Telegraf's. In stores of Prometheus's kind a field is called \`measurement_field\`. Every point also carries \`host\`, and \`project\` and
\`role\` where they are set.

Tags in brackets describe a state and identify nothing: rules and joins are keyed without them. A value that cannot be read is missing; it is
never 0 or −1. *counter*: only rises, a fall is a reset; *gauge*: a level; *state*: a number that stands for a word.
`

/** Text of docs/metrics.md. */
export function formatMetricsDocument(declarations: readonly ProbeDeclaration[]): string {
  const sections = declarations.flatMap((probe) =>
    Object.entries(probe.measurements).map(([name, measurement]) => ({
      name,
      text: formatMeasurement(measurement, probe),
    })),
  )
  const sorted = sections.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  // of a measurement that several probes give, the heading stands once
  const blocks = sorted.map(({ name, text }, at) =>
    sorted[at - 1]?.name === name ? text : `## ${name}\n\n${text}`,
  )
  return [TEXT_NOTICE, INTRODUCTION, ...blocks].join('\n')
}

function formatMeasurement(measurement: MeasurementDeclaration, probe: ProbeDeclaration): string {
  const rows = Object.entries(measurement.fields).map(([field, declaration]) => [
    `\`${field}\``,
    declaration.kind,
    declaration.unit,
    formatPrecision(declaration),
    formatMeaning(declaration, 'en'),
    formatMeaning(declaration, 'zh'),
  ])
  return [
    `${probe.help.en}. ${probe.help.zh}。`,
    '',
    `- Tags: ${formatTags(measurement)}`,
    `- Probe: \`${probe.name}\`, every ${formatInterval(probe.everySeconds)}, on ${probe.platforms.join(', ')}`,
    `- Read from: ${inEnglish(probe.reads)}; needs: ${inEnglish(probe.needs)}`,
    '',
    formatTable(['Field', 'Kind', 'Unit', 'Step', 'Meaning', '含义'], rows),
  ].join('\n')
}

function inEnglish(text: string | LocalizedText): string {
  return typeof text === 'string' ? text : text.en
}

function formatTags({ identifyingTags, descriptiveTags = [] }: MeasurementDeclaration): string {
  const tags = [
    ...identifyingTags.map((tag) => `\`${tag}\``),
    ...descriptiveTags.map((tag) => `(\`${tag}\`)`),
  ]
  return tags.length > 0 ? tags.join(', ') : '–'
}

function formatPrecision({ kind, precision }: FieldDeclaration): string {
  return kind === 'state' || precision === 1 ? '1' : String(precision)
}

const PUNCTUATION = { en: [': ', ', '], zh: ['：', '，'] } as const

function formatMeaning({ help, states = {} }: FieldDeclaration, language: 'en' | 'zh'): string {
  const words = Object.entries(states).map(([value, text]) => `${value} ${text[language]}`)
  const [colon, comma] = PUNCTUATION[language]
  return words.length > 0 ? `${help[language]}${colon}${words.join(comma)}` : help[language]
}

function formatInterval(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  if (seconds % 60 === 0) return `${seconds / 60} min`
  return `${seconds} s`
}
