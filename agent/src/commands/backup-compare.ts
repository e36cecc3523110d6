import {
  EXIT,
  openLog,
  pickText,
  UsageError,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import { systemClocks, systemTimers } from '../clocks.ts'
import { SourceMemory } from '../source-memory.ts'
import { SourceStanding } from '../source-standing.ts'
import type { SourceContext } from '../source.ts'
import { openDatabase } from '../sources/database/open-database.ts'
import { compareDatabases, type OpenSide } from '../sources/restoretest/compare-databases.ts'
import {
  differs,
  totalsOf,
  type ComparisonReport,
  type TableComparison,
} from '../sources/restoretest/compare-report.ts'
import {
  toComparisonSettings,
  type ComparisonSettings,
} from '../sources/restoretest/comparison-settings.ts'
import { addRecord, findEntry, RESTORED } from './backup-records.ts'
import { readConfiguration } from './configuration.ts'

export interface CompareOptions extends CommonOptions {
  readonly job: string
}

/** Of tables that differ, so many go into the record. */
const MOST_RECORDED = 100

/**
 * `backup compare --job NAME`: compares what was restored with production, prints a line for each table that is not equal, and records the result.
 * Exit code 1 where anything differs.
 */
export async function compareRestored(options: CompareOptions, language: Language): Promise<void> {
  const { settings, environment } = await readConfiguration(options)
  const entry = findEntry(settings, options.job, RESTORED, language)
  const { compare } = entry.options
  if (compare === undefined)
    throw new UsageError(pickText(withoutComparison(options.job), language))
  const comparison = toComparisonSettings(compare)
  const context = await makeContext(entry.name, environment)
  const sideOf = (side: 'production' | 'restored') => toSide(comparison, side, context)
  const comparedMs = systemClocks.nowMs()
  const report = await compareDatabases(
    { production: sideOf('production'), restored: sideOf('restored') },
    comparison.plan,
    context.signal,
    (table) => {
      if (table.verdict !== 'equal') process.stdout.write(`${describeTable(table, language)}\n`)
    },
  )
  const totals = totalsOf(report)
  process.stdout.write(`${pickText(describeTotals(report), language)}\n`)
  await addRecord(settings, language, {
    kind: 'compared',
    job: options.job,
    comparedMs,
    ...totals,
    differing: report.tables.filter(differs).slice(0, MOST_RECORDED).map(toRecorded),
    skipped: report.tables
      .filter(({ verdict }) => verdict === 'unchecked')
      .slice(0, MOST_RECORDED)
      .map(({ name }) => name),
  })
  if (totals.tablesDiffer > 0) process.exitCode = EXIT.failed
}

function withoutComparison(job: string): LocalizedText {
  return {
    zh: `任务“${job}”没有写 compare：在 agent.yaml 的 - type: restoretest 中给出生产库与还原库`,
    en: `job "${job}" has no compare: give both databases in its entry - type: restoretest of agent.yaml`,
  }
}

/** A command's own: nothing of it outlives the command, a refused password is tried once in it. */
async function makeContext(
  name: string,
  environment: SourceContext['environment'],
): Promise<SourceContext> {
  return {
    name,
    options: {},
    signal: new AbortController().signal,
    statements: [],
    standing: new SourceStanding({ name, type: 'restoretest' }, systemClocks, () => undefined),
    memory: await SourceMemory.open(undefined, name),
    keepsPlaces: false,
    environment,
    clocks: systemClocks,
    timers: systemTimers,
    log: openLog({ name: 'wardround-agent', level: 'silent' }),
  }
}

function toSide(
  { kind, ...sides }: ComparisonSettings,
  side: 'production' | 'restored',
  context: SourceContext,
): OpenSide {
  const { memory } = context
  return (statements) => openDatabase({ kind, options: sides[side], statements, memory }, context)
}

function toRecorded({ name, verdict, productionRows, restoredRows }: TableComparison) {
  return {
    name,
    verdict,
    ...(productionRows === undefined ? {} : { productionRows }),
    ...(restoredRows === undefined ? {} : { restoredRows }),
  }
}

const VERDICTS: Readonly<Record<TableComparison['verdict'], LocalizedText>> = {
  equal: { zh: '一致', en: 'equal' },
  rows: { zh: '行数不同', en: 'another number of rows' },
  content: { zh: '行数相同，内容不同', en: 'as many rows, other content' },
  missing: { zh: '还原库中没有', en: 'not in the restored database' },
  extra: { zh: '生产库中没有', en: 'not in production' },
  unchecked: { zh: '未比对', en: 'not compared' },
}

function describeTable(table: TableComparison, language: Language): string {
  const { name, verdict, productionRows, restoredRows, reason } = table
  const rows =
    productionRows === undefined
      ? ''
      : pickText(
          {
            zh: `（生产 ${productionRows} 行，还原 ${restoredRows} 行）`,
            en: ` (production ${productionRows}, restored ${restoredRows})`,
          },
          language,
        )
  const why =
    reason === undefined ? '' : pickText({ zh: `：${reason.zh}`, en: `: ${reason.en}` }, language)
  const printable = name.replaceAll(/\p{Cc}/gu, '?')
  return `${printable}  ${pickText(VERDICTS[verdict], language)}${rows}${why}`
}

function describeTotals(report: ComparisonReport): LocalizedText {
  const { tables, rows, tablesDiffer, tablesSkipped } = totalsOf(report)
  return {
    zh: `比对 ${tables} 张表、${rows} 行：${tablesDiffer} 张不同，${tablesSkipped} 张未比对`,
    en: `${tables} tables with ${rows} rows were compared: ${tablesDiffer} differ, ${tablesSkipped} were not compared`,
  }
}
