import { QueryError } from '@wardround/query'
import type { LocalizedText } from '@wardround/protocol'
import { checkCreated, checkDatabase, checkRetentionPolicy } from './database.ts'
import { StatementError } from './influxql-error.ts'
import type { SelectStatement, Statement } from './language/syntax.ts'
import { MAX_POINTS } from './limits.ts'
import { Pace } from './pace.ts'
import type { StatementResult } from './result.ts'
import type { StoreReader } from './select/measurement-source.ts'
import { runSelect } from './select/run-select.ts'
import type { SelectContext } from './select/select-context.ts'
import { runShow } from './show/run-show.ts'

/** On whose behalf, and of what, the statements of a request are run. */
export interface RequestContext extends StoreReader {
  /** As the request names them; a statement may name its own. */
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
  readonly nowMs: number
}

/** A statement's answer, or why it has none. */
export type StatementOutcome =
  | StatementResult
  | { readonly kind: 'error'; readonly text: LocalizedText }

/** Runs statements one after the other; one that can't be answered ends none of the others. */
export async function runStatements(
  statements: readonly Statement[],
  request: RequestContext,
): Promise<StatementOutcome[]> {
  const context: SelectContext = {
    ...request,
    pace: new Pace(request.signal),
    count: countTo(MAX_POINTS),
  }
  const outcomes: StatementOutcome[] = []
  for (const statement of statements) {
    outcomes.push(await outcomeOf(statement, request, context))
  }
  return outcomes
}

async function outcomeOf(
  statement: Statement,
  request: RequestContext,
  context: SelectContext,
): Promise<StatementOutcome> {
  try {
    return await run(statement, request, context)
  } catch (error) {
    if (error instanceof StatementError || error instanceof QueryError) {
      return { kind: 'error', text: error.text }
    }
    throw error
  }
}

async function run(
  statement: Statement,
  request: RequestContext,
  context: SelectContext,
): Promise<StatementResult> {
  switch (statement.kind) {
    case 'select':
      checkRequest(statement, request)
      return {
        kind: 'series',
        series: await runSelect(statement, context),
        timeZone: statement.timeZone,
      }
    case 'show':
      return { kind: 'lists', lists: await runShow(statement, request.database, context) }
    case 'create database':
      checkCreated(statement.database)
      return { kind: 'lists', lists: [] }
    case 'refused':
      throw refused(statement.words)
  }
}

/** Each measurement is in the database that it names, or in the request's. */
function checkRequest({ sources }: SelectStatement, request: RequestContext): void {
  for (const source of sources) {
    if (source.kind === 'subquery') checkRequest(source.statement, request)
    else {
      checkDatabase(source.database ?? request.database)
      checkRetentionPolicy(source.retentionPolicy ?? request.retentionPolicy)
    }
  }
}

function countTo(most: number): (values: number) => void {
  let counted = 0
  return (values) => {
    counted += values
    if (counted > most) throw tooMany(counted, most)
  }
}

function tooMany(counted: number, most: number): StatementError {
  return new StatementError({
    zh: `max-select-point：结果至少有 ${counted} 个值，超过上限 ${most}；请加大 GROUP BY time 的间隔、缩短时间范围或用 LIMIT`,
    en: `max-select-point limit exceeded: (${counted}/${most}); choose a longer interval, a shorter time or LIMIT`,
  })
}

function refused(words: string): StatementError {
  return new StatementError({
    zh: `不支持 ${words}：/query 只读取数据；数据由采集代理和 /write 写入，保留时间见监控中心的配置`,
    en: `${words} is not supported: /query reads; agents and /write write, and how long data are kept is in the collector's configuration`,
  })
}
