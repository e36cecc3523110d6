/**
 * Names of the columns that a SELECT gives, in capitals, without a grammar (which takes a second to load): a name stands at the end of
 * each part of the select list. That it reads every statement of ours as the grammar does, statements.test.ts sees to.
 */
export function selectedColumns(sql: string): readonly string[] {
  const columns: string[] = []
  let depth = 0
  let startsAt: number | undefined
  for (const { 0: mark, index } of sql.matchAll(/'[^']*'|[(),]|\bSELECT\b|\bFROM\b/gi)) {
    if (mark === '(') depth++
    else if (mark === ')') depth--
    else if (depth > 0 || mark.startsWith("'")) continue
    else if (mark.toUpperCase() === 'SELECT') startsAt = index + mark.length
    else if (startsAt !== undefined) {
      columns.push(lastName(sql.slice(startsAt, index)))
      startsAt = index + mark.length
      if (mark !== ',') break
    }
  }
  return columns
}

function lastName(part: string): string {
  return /[\w#$]+\s*$/.exec(part)?.[0].trim().toUpperCase() ?? part.trim()
}
