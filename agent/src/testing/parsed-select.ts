import { parse } from 'libpg-query'

/** What a statement reads, as PostgreSQL's own parser (18) sees it. */
export interface ParsedSelect {
  /** Views, tables and set-returning functions in FROM. */
  readonly relations: ReadonlySet<string>
  /** `relation.column`. */
  readonly columns: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  /** What is no plain SELECT of named and qualified columns; empty when nothing is wrong. */
  readonly problems: readonly string[]
}

type Node = Readonly<Record<string, unknown>>

/** What an alias stands for: a relation, or undefined for rows that the statement itself makes. */
type Scope = ReadonlyMap<string, string | undefined>

/** @throws SqlError where the text is no SQL */
export async function parseSelect(text: string): Promise<ParsedSelect> {
  const { stmts = [] } = await parse(text)
  const reader = new SelectReader()
  if (stmts.length !== 1) reader.problems.push(`${stmts.length} statements`)
  for (const raw of stmts) {
    const statement: unknown = raw.stmt
    const select = isNode(statement) ? statement['SelectStmt'] : undefined
    if (isNode(select)) reader.select(select, new Map(), new Set())
    else reader.problems.push('no SELECT')
  }
  return reader
}

class SelectReader implements ParsedSelect {
  readonly relations = new Set<string>()
  readonly columns = new Set<string>()
  readonly functions = new Set<string>()
  readonly problems: string[] = []

  select(select: Node, outer: Scope, outerNames: ReadonlySet<string>): void {
    for (const clause of ['intoClause', 'lockingClause', 'valuesLists'])
      if (select[clause] !== undefined) this.problems.push(clause)
    const names = new Set(outerNames)
    const scope = new Map(outer)
    const parts = listOf(isNode(select['withClause']) ? select['withClause']['ctes'] : [])
    for (const part of parts) {
      const cte = childOf(part, 'CommonTableExpr')
      this.#walk(cte['ctequery'], scope, names)
      names.add(String(cte['ctename']))
    }
    for (const item of listOf(select['fromClause'])) this.#from(item, scope, names)
    const { withClause: _, fromClause: __, ...rest } = select
    this.#walk(rest, scope, names)
  }

  #from(item: Node, scope: Map<string, string | undefined>, names: ReadonlySet<string>): void {
    if ('JoinExpr' in item) {
      const { larg, rarg, quals } = childOf(item, 'JoinExpr')
      if (isNode(larg)) this.#from(larg, scope, names)
      if (isNode(rarg)) this.#from(rarg, scope, names)
      this.#walk(quals, scope, names)
    } else if ('RangeVar' in item) {
      const table = childOf(item, 'RangeVar')
      const relation = String(table['relname'])
      if (!names.has(relation)) this.relations.add(relation)
      scope.set(aliasOf(table), names.has(relation) ? undefined : relation)
    } else if ('RangeSubselect' in item) {
      const query = childOf(item, 'RangeSubselect')
      this.#walk(query['subquery'], new Map(), names)
      scope.set(aliasOf(query), undefined)
    } else this.#fromFunction(childOf(item, 'RangeFunction'), scope, names)
  }

  #fromFunction(
    item: Node,
    scope: Map<string, string | undefined>,
    names: ReadonlySet<string>,
  ): void {
    this.#walk(item['functions'], scope, names)
    const [list] = listOf(item['functions'])
    const [call] = listOf(childOf(list ?? {}, 'List')['items'])
    const name = nameOf(childOf(call ?? {}, 'FuncCall'))
    // A function with names for its columns makes rows of its own, one without has those that are documented.
    const ownRows = listOf(isNode(item['alias']) ? item['alias']['colnames'] : []).length > 0
    if (!ownRows) this.functions.delete(name)
    if (!ownRows) this.relations.add(name)
    scope.set(aliasOf(item), ownRows ? undefined : name)
  }

  #walk(value: unknown, scope: Scope, names: ReadonlySet<string>): void {
    if (Array.isArray(value)) for (const item of value) this.#walk(item, scope, names)
    if (!isNode(value)) return
    for (const [kind, child] of Object.entries(value)) {
      if (kind === 'ColumnRef' && isNode(child)) this.#column(child, scope)
      else if (kind === 'SelectStmt' && isNode(child)) this.select(child, scope, names)
      else {
        if (kind === 'FuncCall' && isNode(child)) this.functions.add(nameOf(child))
        this.#walk(child, scope, names)
      }
    }
  }

  #column(column: Node, scope: Scope): void {
    const [alias, name] = listOf(column['fields']).map((field) =>
      'String' in field ? String(childOf(field, 'String')['sval']) : '*',
    )
    if (alias === '*' || name === '*') this.problems.push('SELECT *')
    else if (alias === undefined || name === undefined || !scope.has(alias))
      this.problems.push(`column ${alias}${name === undefined ? '' : `.${name}`} of no relation`)
    else if (scope.get(alias) !== undefined) this.columns.add(`${scope.get(alias)}.${name}`)
  }
}

function nameOf(call: Node): string {
  return listOf(call['funcname'])
    .map((part) => String(childOf(part, 'String')['sval']))
    .filter((part) => part !== 'pg_catalog')
    .join('.')
}

function aliasOf(item: Node): string {
  const alias = item['alias']
  return String(isNode(alias) ? alias['aliasname'] : item['relname'])
}

function childOf(node: Node, kind: string): Node {
  const child = node[kind]
  return isNode(child) ? child : {}
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
