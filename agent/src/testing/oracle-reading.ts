import { hasColumn, hasView, type Releases } from './oracle-dictionary.ts'
import { childOf, findNodes, tokensOf, type SyntaxNode } from './oracle-syntax.ts'

/** What a statement reads, and what is wrong with it. */
export interface OracleReading {
  /** Views, in order of appearance. */
  readonly views: readonly string[]
  /** Names of the columns that it gives. */
  readonly columns: readonly string[]
  readonly problems: readonly string[]
}

/** What a select can draw from: a view, a select in brackets or one of its WITH clause. */
interface Drawn {
  readonly alias: string
  has(column: string): boolean
}

interface Scope {
  readonly drawn: readonly Drawn[]
  /** Names of the select list, for ORDER BY. */
  readonly named: ReadonlySet<string>
  /** The select around a subquery. */
  readonly outer: Scope | undefined
}

const COLUMN_RULES = ['variable_name', 'table_element', 'column_name', 'general_element']
const SELECT_RULES = ['select_statement', 'subquery']
const PSEUDO_COLUMNS = new Set([
  'ROWNUM',
  'SYSDATE',
  'SYSTIMESTAMP',
  'DBTIMEZONE',
  'SESSIONTIMEZONE',
])
/** Functions that the grammar takes for any name with brackets. All are there since 11.2. */
const FUNCTIONS = new Set(
  `SYS_CONTEXT SYS_EXTRACT_UTC GREATEST LEAST DECODE NVL NVL2 NULLIF COALESCE LPAD RPAD LTRIM RTRIM TRIM UPPER LOWER INITCAP LENGTH LENGTHB
  INSTR SUBSTR SUBSTRB REPLACE TRANSLATE REGEXP_REPLACE REGEXP_SUBSTR REGEXP_INSTR REGEXP_LIKE TO_NUMBER TO_DATE TO_TIMESTAMP TO_CHAR
  NUMTODSINTERVAL NUMTOYMINTERVAL TO_DSINTERVAL ADD_MONTHS LAST_DAY MONTHS_BETWEEN TRUNC ROUND CEIL FLOOR ABS MOD SIGN POWER CHR ASCII
  ORA_HASH RAWTOHEX USERENV`.split(/\s+/),
)
const AGGREGATES = /^(SUM|COUNT|MIN|MAX|AVG|LISTAGG|MEDIAN|STDDEV|VARIANCE)\(/

/** Resolves each name of a statement as the server would, for all releases in which it is sent. */
export function readOracle(tree: SyntaxNode, releases: Releases): OracleReading {
  const reader = new Reader(releases)
  const [select] = findNodes(tree, ['select_statement'])
  const columns = select === undefined ? [] : reader.readSelect(select, undefined, new Map())
  const unnamed = columns.filter((name) => !/^[A-Z][A-Z0-9_#$]*$/.test(name))
  const problems = [...reader.problems, ...unnamed.map((text) => `${text} has no name`)]
  return { views: [...reader.views], columns, problems }
}

class Reader {
  readonly views = new Set<string>()
  readonly problems: string[] = []
  readonly #releases: Releases

  constructor(releases: Releases) {
    this.#releases = releases
  }

  /** A whole select: WITH, set operations, ORDER BY. Returns its columns. */
  readSelect(
    node: SyntaxNode,
    outer: Scope | undefined,
    known: ReadonlyMap<string, readonly string[]>,
  ): readonly string[] {
    const named = new Map(known)
    for (const factor of findNodes(node, ['factoring_element'], SELECT_RULES.slice(1))) {
      const name = identifierOf(childOf(factor, 'query_name') ?? factor)
      const [select] = findNodes(factor, ['subquery'])
      if (select !== undefined) named.set(name, this.readSelect(select, outer, named))
    }
    const blocks = findNodes(node, ['query_block'], ['factoring_element'])
    const scopes = blocks.map((block) => this.#readBlock(block, outer, named))
    const [first] = scopes
    if (first === undefined) return []
    if (scopes.some(({ columns }) => columns.length !== first.columns.length))
      this.problems.push('the parts of a UNION have different numbers of columns')
    for (const order of node.children.filter(({ rule }) => rule === 'order_by_clause'))
      this.#checkColumns(order, scopes.length === 1 ? first.scope : nameless(first.scope), named)
    return first.columns
  }

  #readBlock(
    block: SyntaxNode,
    outer: Scope | undefined,
    known: ReadonlyMap<string, readonly string[]>,
  ): { readonly scope: Scope; readonly columns: readonly string[] } {
    const drawn = findNodes(block, ['table_ref_aux'], ['selected_list', 'where_clause']).map(
      (from) => this.#readSource(from, outer, known),
    )
    this.#checkAliases(drawn)
    const columns = this.#readList(childOf(block, 'selected_list'))
    const inside: Scope = { drawn, named: new Set(), outer }
    const scope: Scope = { drawn, named: new Set(columns), outer }
    for (const part of block.children) {
      if (part.rule === 'order_by_clause') this.#checkColumns(part, scope, known)
      else if (part.rule === 'from_clause') this.#checkJoins(part, inside, known)
      else this.#checkColumns(part, inside, known)
    }
    this.#checkGroups(block)
    return { scope, columns }
  }

  #readSource(
    from: SyntaxNode,
    outer: Scope | undefined,
    known: ReadonlyMap<string, readonly string[]>,
  ): Drawn {
    const alias = childOf(from, 'table_alias')
    const [select] = findNodes(from, SELECT_RULES)
    if (select !== undefined)
      return drawnFrom(identifierOf(alias), this.readSelect(select, outer, known))
    const [viewNode] = findNodes(from, ['tableview_name'])
    const name = (viewNode?.text ?? from.text).toUpperCase()
    const factored = known.get(name)
    if (factored !== undefined) return drawnFrom(alias ? identifierOf(alias) : name, factored)
    return this.#readView(name, alias === undefined ? name : identifierOf(alias))
  }

  #readView(name: string, alias: string): Drawn {
    if (name === 'DUAL') return drawnFrom(alias, ['DUMMY'])
    this.views.add(name)
    if (!hasView(name, this.#releases)) {
      this.problems.push(`no view ${name} in ${describe(this.#releases)}`)
      return { alias, has: () => true }
    }
    return { alias, has: (column) => hasColumn(name, column, this.#releases) }
  }

  #checkAliases(drawn: readonly Drawn[]): void {
    const aliases = drawn.map(({ alias }) => alias)
    for (const alias of new Set(aliases))
      if (aliases.indexOf(alias) !== aliases.lastIndexOf(alias))
        this.problems.push(`two things are called ${alias}`)
  }

  #readList(list: SyntaxNode | undefined): readonly string[] {
    if (list === undefined) return []
    if (
      list.children.some(({ text, rule }) => rule === '' && text === '*') ||
      /\.\*/.test(list.text)
    )
      this.problems.push('a select list names its columns, it has no *')
    const names = list.children
      .filter(({ rule }) => rule === 'select_list_elements')
      .map((element) => nameOf(element))
    for (const name of names) {
      if (RESERVED.has(name)) this.problems.push(`${name} is a reserved word`)
      if (name.length > 30) this.problems.push(`${name} has more than 30 letters`)
      if (names.indexOf(name) !== names.lastIndexOf(name))
        this.problems.push(`two columns are called ${name}`)
    }
    return names
  }

  #checkJoins(from: SyntaxNode, scope: Scope, known: ReadonlyMap<string, readonly string[]>): void {
    for (const on of findNodes(from, ['join_on_part', 'join_using_part'], SELECT_RULES))
      this.#checkColumns(on, scope, known)
  }

  #checkColumns(
    node: SyntaxNode,
    scope: Scope,
    known: ReadonlyMap<string, readonly string[]>,
  ): void {
    if (SELECT_RULES.includes(node.rule)) {
      this.readSelect(node, scope, known)
      return
    }
    if (node.rule === 'column_alias') return
    const call = COLUMN_RULES.includes(node.rule) ? findNodes(node, ['function_argument']) : []
    if (COLUMN_RULES.includes(node.rule) && call.length === 0) this.#checkColumn(node, scope)
    else if (call.length > 0) this.#checkFunction(node)
    for (const child of call.length > 0 ? call : node.children)
      if (!COLUMN_RULES.includes(node.rule) || call.length > 0)
        this.#checkColumns(child, scope, known)
  }

  #checkFunction(node: SyntaxNode): void {
    const name = (node.text.split('(')[0] ?? '').trim().toUpperCase()
    if (!FUNCTIONS.has(name)) this.problems.push(`${name}() is no function that we know`)
  }

  #checkColumn(node: SyntaxNode, scope: Scope): void {
    const path = tokensOf(node)
      .filter((token) => token !== '.')
      .map((token) => token.toUpperCase())
    const [column = '', alias, ...more] = path.toReversed()
    if (column.startsWith(':') || column.startsWith("'")) return
    if (more.length > 0) this.problems.push(`${node.text} has too many parts`)
    else if (alias === undefined) this.#checkBare(column, scope)
    else this.#checkQualified(alias, column, scope)
  }

  #checkBare(column: string, scope: Scope): void {
    if (scope.named.has(column)) return
    const holders = scope.drawn.filter((drawn) => drawn.has(column))
    if (holders.length > 1) {
      const aliases = holders.map(({ alias }) => alias).join(' and ')
      this.problems.push(`${column} is ambiguous: ${aliases} have it`)
    }
    if (holders.length > 0) return
    if (scope.outer !== undefined) this.#checkBare(column, scope.outer)
    else if (!PSEUDO_COLUMNS.has(column))
      this.problems.push(`no column ${column} in ${describe(this.#releases)}`)
  }

  #checkQualified(alias: string, column: string, scope: Scope): void {
    const drawn = scope.drawn.find((one) => one.alias === alias)
    if (drawn !== undefined) {
      if (!drawn.has(column))
        this.problems.push(`no column ${alias}.${column} in ${describe(this.#releases)}`)
    } else if (scope.outer !== undefined) this.#checkQualified(alias, column, scope.outer)
    else this.problems.push(`nothing is called ${alias}`)
  }

  /** ORA-00979 and ORA-00937: what is selected beside aggregates is grouped by. */
  #checkGroups(block: SyntaxNode): void {
    const where = childOf(block, 'where_clause')
    if (where !== undefined && hasAggregate(where)) this.problems.push('WHERE has an aggregate')
    const group = childOf(block, 'group_by_clause')
    const list = childOf(block, 'selected_list')
    if (list === undefined) return
    if (group === undefined && !hasAggregate(list)) return
    const keys = new Set(
      group === undefined
        ? []
        : findNodes(group, ['expression']).map(({ text }) => normalize(text)),
    )
    for (const name of looseColumns(list, keys))
      this.problems.push(`${name} is neither grouped by nor within an aggregate`)
  }
}

function describe({ since, before }: Releases): string {
  return before === undefined ? since.join('.') : `${since.join('.')} to before ${before.join('.')}`
}

function drawnFrom(alias: string, columns: readonly string[]): Drawn {
  return { alias, has: (column) => columns.includes(column) }
}

/** ORDER BY behind a UNION knows the names of the first select list only. */
function nameless({ named }: Scope): Scope {
  return { drawn: [], named, outer: undefined }
}

function identifierOf(node: SyntaxNode | undefined): string {
  return (node?.text ?? '').replaceAll('"', '').toUpperCase()
}

/** An element of a select list is called by its alias, or by the column that it is. */
function nameOf(element: SyntaxNode): string {
  const alias = childOf(element, 'column_alias')
  if (alias === undefined) return normalize(element.text)
  return identifierOf(alias).replace(/^AS\s+/, '')
}

/** Letters and blanks do not count, nor does which alias a column is named with. */
function normalize(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/\s+/g, '')
    .replaceAll(/\b[A-Z][A-Z0-9_]*\.(?=[A-Z])/g, '')
}

function isAggregate(node: SyntaxNode): boolean {
  if (node.rule !== 'numeric_function' && node.rule !== 'other_function') return false
  if (!AGGREGATES.test(node.text.toUpperCase().replaceAll(/\s+/g, ''))) return false
  return findNodes(node, ['over_clause']).length === 0
}

function hasAggregate(node: SyntaxNode): boolean {
  if (SELECT_RULES.includes(node.rule)) return false
  return isAggregate(node) || node.children.some(hasAggregate)
}

function looseColumns(node: SyntaxNode, keys: ReadonlySet<string>): readonly string[] {
  if (SELECT_RULES.includes(node.rule) || node.rule === 'column_alias') return []
  if (isAggregate(node) || keys.has(normalize(node.text))) return []
  const isColumn =
    COLUMN_RULES.includes(node.rule) && findNodes(node, ['function_argument']).length === 0
  if (!isColumn) return node.children.flatMap((child) => looseColumns(child, keys))
  const name = normalize(node.text)
  return PSEUDO_COLUMNS.has(name) || name.startsWith(':') || name.startsWith("'") ? [] : [name]
}

/** Words that the grammar lets pass as a name and the server does not (V$RESERVED_WORDS, RESERVED = Y). */
const RESERVED = new Set(
  `ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COMMENT COMPRESS CONNECT CREATE CURRENT DATE DECIMAL
  DEFAULT DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX
  INITIAL INSERT INTEGER INTERSECT INTO IS LEVEL LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NOAUDIT NOCOMPRESS NOT NOWAIT NULL
  NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE REVOKE ROW ROWID ROWNUM ROWS SELECT SESSION SET
  SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE USER VALIDATE VALUES VARCHAR
  VARCHAR2 VIEW WHENEVER WHERE WITH`.split(/\s+/),
)
