import { QueryError } from './query-error.ts'
import { AGGREGATES, FILLS, RANKINGS } from './query.ts'
import type { Query, TagFilter } from './query.ts'
import { toExpression } from './tag-test.ts'
import { NotInRe2, toRe2 } from './to-re2.ts'
import { ZoneDays } from './zone-days.ts'

const DAY_MS = 86_400_000

/** What every store refuses alike. @throws QueryError */
export function checkQuery(query: Query): void {
  checkNames(query)
  oneOf('aggregate', query.aggregate, AGGREGATES)
  checkTimes(query)
  for (const filter of query.where) checkFilter(filter)
  checkPercentile(query)
  checkZone(query)
  checkShape(query)
}

function checkNames({ fields, projects }: Query): void {
  if (fields.length === 0 || new Set(fields).size < fields.length) {
    throw new QueryError({
      zh: `fields：“${fields.join('、')}”；应至少有一个字段，且不得重复`,
      en: `fields: "${fields.join(', ')}"; at least one is expected, and none twice`,
    })
  }
  if (projects !== 'all' && projects.includes('')) {
    throw new QueryError({
      zh: 'projects：项目名不能为空',
      en: 'projects: the name of a project is not empty',
    })
  }
}

function checkTimes({ fromMs, toMs, stepMs, aggregate }: Query): void {
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs) || fromMs >= toMs) {
    throw new QueryError({
      zh: `from（${fromMs}）必须早于 to（${toMs}）`,
      en: `from (${fromMs}) must be a time before to (${toMs})`,
    })
  }
  if (aggregate !== 'raw' && (!Number.isSafeInteger(stepMs) || stepMs < 1)) {
    throw new QueryError({
      zh: `step：${stepMs} 毫秒；应为大于 0 的整数毫秒`,
      en: `step: ${stepMs} ms; a whole number of milliseconds above 0 is expected`,
    })
  }
}

function checkFilter(filter: TagFilter): void {
  if (filter.operator !== '=~' && filter.operator !== '!~') return
  toExpression(filter.tag, filter.value)
  try {
    toRe2(filter.value)
  } catch (error) {
    if (!(error instanceof NotInRe2)) throw error
    throw new QueryError(
      {
        zh: `where：对标签 ${filter.tag} 给出的“${filter.value}”中的“${error.part}”不是每种存储都支持；请改用 =~、!~ 与 in 的组合，不用环视和反向引用`,
        en: `where: "${error.part}" in "${filter.value}", asked of tag ${filter.tag}, is not known to every store: combine =~, !~ and in instead of looking around or references back`,
      },
      { cause: error },
    )
  }
}

function checkPercentile({ aggregate, percentile }: Query): void {
  const isWanted = aggregate === 'percentile'
  if (!isWanted && percentile === undefined) return
  if (isWanted && percentile !== undefined && percentile > 0 && percentile <= 100) return
  throw new QueryError({
    zh: `percentile：${percentile ?? '未给出'}；aggregate 为 percentile 时应给出大于 0、不超过 100 的数，其他聚合不应给出`,
    en: `percentile: ${percentile ?? 'missing'}; a number above 0 and up to 100 is expected with aggregate percentile, and none with others`,
  })
}

function checkZone({ timeZone, stepMs, aggregate, offsetMs = 0 }: Query): void {
  const mostMs = timeZone === undefined && aggregate !== 'raw' ? stepMs - 1 : 0
  if (!Number.isSafeInteger(offsetMs) || offsetMs < 0 || offsetMs > mostMs) {
    throw new QueryError({
      zh: `offset：${offsetMs} 毫秒；应为小于 step 的非负整数毫秒，不能与 timeZone 或 raw 同用`,
      en: `offset: ${offsetMs} ms; a whole number of milliseconds from 0 to below the step is expected, and none with timeZone or raw`,
    })
  }
  if (timeZone === undefined) return
  try {
    void new ZoneDays(timeZone)
  } catch (error) {
    throw new QueryError(
      {
        zh: `timeZone：没有时区“${timeZone}”；应为 IANA 名称，例如 Asia/Shanghai`,
        en: `timeZone: "${timeZone}" is unknown; a name of the IANA database is expected, e.g. Asia/Shanghai`,
      },
      { cause: error },
    )
  }
  if (aggregate !== 'raw' && DAY_MS % stepMs !== 0 && stepMs % DAY_MS !== 0) {
    throw new QueryError({
      zh: `step：${stepMs} 毫秒；与 timeZone 同用时应能整除一天，或为整天数`,
      en: `step: ${stepMs} ms; with timeZone it must divide a day or be whole days`,
    })
  }
}

function checkShape({ aggregate, fill = 'none', top }: Query): void {
  oneOf('fill', fill, FILLS)
  if (aggregate === 'raw' && fill !== 'none') {
    throw new QueryError({
      zh: `fill：${fill}；raw 没有窗口，不能补空`,
      en: `fill: ${fill}; raw has no windows to fill`,
    })
  }
  if (top === undefined) return
  oneOf('top.by', top.by, RANKINGS)
  oneOf('top.order', top.order ?? 'highest', ['highest', 'lowest'])
  if (!Number.isSafeInteger(top.count) || top.count < 1) {
    throw new QueryError({
      zh: `top.count：${top.count}；应为大于 0 的整数`,
      en: `top.count: ${top.count}; a whole number above 0 is expected`,
    })
  }
}

function oneOf(what: string, given: string, names: readonly string[]): void {
  if (names.includes(given)) return
  throw new QueryError({
    zh: `${what}：没有“${given}”；应为 ${names.join('、')} 之一`,
    en: `${what}: "${given}" is unknown; one of ${names.join(', ')}`,
  })
}
