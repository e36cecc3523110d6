import { pickText, type Language } from '@wardround/program'
import type { ComparedChange, ComparedPhase, ComparedRow, Comparison } from './compare-unit-test.ts'

const HEADINGS = {
  expected: { zh: '预期', en: 'expected' },
  found: { zh: '实际', en: 'found' },
}

const DETAILS = ['host', 'key', 'summary', 'summaryEn', 'reason'] as const

/** More lines than a person reads of one test. */
const MAX_ROWS = 60

/**
 * Expected and found side by side, a line a change: `=` the same, `≠` different, `−` expected alone, `+` found alone. Words are those of the
 * test file in both languages.
 */
export function formatComparison({ changes, phases }: Comparison, language: Language): string[] {
  const rows = [
    ...changes.map((row) => toLines(row, describeChange)),
    ...phases.filter(({ isSame }) => !isSame).map((row) => toLines(row, describePhase)),
  ]
  const shown = rows.slice(0, MAX_ROWS)
  const headings = {
    sign: ' ',
    left: pickText(HEADINGS.expected, language),
    right: pickText(HEADINGS.found, language),
    details: [],
  }
  const width = Math.max(...[headings, ...shown].map(({ left }) => displayWidth(left)))
  const lines = [headings, ...shown].flatMap(({ sign, left, right, details }) => [
    `${sign} ${pad(left, width)}  ${right}`,
    ...details.map(({ name, expected, found }) =>
      [
        `    ${name}: ${pickText(HEADINGS.expected, language)} ${expected}`,
        `    ${' '.repeat(name.length)}  ${pickText(HEADINGS.found, language)} ${found}`,
      ].join('\n'),
    ),
  ])
  return rows.length > shown.length
    ? [...lines, omitted(rows.length - shown.length, language)]
    : lines
}

interface Lines {
  readonly sign: string
  readonly left: string
  readonly right: string
  readonly details: readonly {
    readonly name: string
    readonly expected: string
    readonly found: string
  }[]
}

function toLines<T extends ComparedChange | ComparedPhase>(
  { expected, found, isSame }: ComparedRow<T>,
  describe: (side: T) => string,
): Lines {
  const sign = isSame ? '=' : expected === undefined ? '+' : found === undefined ? '−' : '≠'
  return {
    sign,
    left: expected === undefined ? '—' : describe(expected),
    right: found === undefined ? '—' : describe(found),
    details:
      isSame || expected === undefined || found === undefined ? [] : differences(expected, found),
  }
}

function differences(
  expected: ComparedChange | ComparedPhase,
  found: ComparedChange | ComparedPhase,
): Lines['details'] {
  const values = new Map(Object.entries(found))
  return DETAILS.flatMap((name) => {
    const wanted = new Map(Object.entries(expected)).get(name)
    const value = values.get(name)
    if (wanted === undefined || wanted === value) return []
    return [{ name, expected: wanted, found: value ?? '—' }]
  })
}

function describeChange({ sinceMs, rule, kind, severity, key }: ComparedChange): string {
  return [formatSince(sinceMs), rule, kind, severity, key ?? ''].join(' ').trimEnd()
}

function describePhase({ sinceMs, rule, phase, severity, key }: ComparedPhase): string {
  return [formatSince(sinceMs), rule, phase, severity, key]
    .filter((word) => word !== undefined)
    .join(' ')
}

function omitted(count: number, language: Language): string {
  return pickText({ zh: `  另有 ${count} 行未列出`, en: `  ${count} more lines` }, language)
}

/** The shortest way to write a time that `at` accepts. */
function formatSince(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const
  const unit = units.find(([, size]) => ms > 0 && ms % size === 0)
  return unit === undefined ? `${ms / 1000}s` : `${ms / unit[1]}${unit[0]}`
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/** Columns of a terminal: Chinese characters take two. */
function displayWidth(text: string): number {
  return text.length + (text.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu)?.length ?? 0)
}
