import { selectOn } from '../sources/oracle/grant.ts'
import { compareVersions, type Statement, type Version } from '../statement.ts'
import { type Releases } from './oracle-dictionary.ts'
import { readOracle } from './oracle-reading.ts'
import { findNodes, parseOracle, tokensOf, type SyntaxNode } from './oracle-syntax.ts'

/** Containers and FETCH FIRST came with 12.1. */
const CONTAINERS_SINCE: Version = [12, 1]
/** Views that show every account its own. */
const PUBLIC_VIEWS = /^(USER|ALL)_/

/** Views of the Diagnostics and Tuning Packs, and what shows how a password is verified. */
const REFUSED: readonly RegExp[] = [
  /^G?V_?\$(ACTIVE_SESSION_HISTORY|ASH_|SQL_MONITOR|SQL_PLAN_MONITOR|ADDM|DIAGNOSTIC)/,
  /^(DBA|CDB|ALL|USER)_(HIST|ADDM|ADVISOR|SQLTUNE|SQLSET|SQL_MONITOR|ACTIVE_SESS)/,
  /^(WR[HIMR]|MGMT)[_$]/,
  /^(DBMS|UTL|CTX|OWA|HTP)_/,
  /^(X|USER|USER_HISTORY|LINK|DEFAULT_PWD|SYSAUTH)\$/,
  /^(SPARE\d|PASSWORD|PASSWORD_VERSIONS|PASSWORD_HASH|VERIFIER)$/,
]

/** All that is wrong with a statement to Oracle, as far as it can be told without a server. */
export function judgeOracle(statement: Statement): readonly string[] {
  let tree
  try {
    tree = parseOracle(statement.text)
  } catch (error) {
    return [String(error)]
  }
  const releases = releasesOf(statement)
  const { views, problems, columns } = readOracle(tree, releases)
  return [
    ...judgeForm(tree, releases.since),
    ...judgeWords(tree, statement.text),
    ...problems,
    ...(columns.length === 0 ? ['gives no column'] : []),
    ...judgeDeclaration(statement, views),
  ]
}

/** The releases in which a statement is sent. */
function releasesOf({ since = [11, 2], before, where = {} }: Statement): Releases {
  const ofContainers = where['container']?.includes('non-cdb') === false
  const isOlder = compareVersions(since, CONTAINERS_SINCE) < 0
  return { since: ofContainers && isOlder ? CONTAINERS_SINCE : since, before }
}

function judgeForm(tree: SyntaxNode, since: Version): readonly string[] {
  const [only, ...more] = tree.children.filter(({ rule }) => rule !== '')
  const isSelect = only !== undefined && only.text === soleSelect(only)?.text
  const has = (...rules: readonly string[]) => findNodes(tree, rules).length > 0
  return [
    ...(more.length === 0 && isSelect ? [] : ['is not one SELECT']),
    ...(has('for_update_clause') ? ['locks rows'] : []),
    ...(has('into_clause') ? ['has INTO'] : []),
    ...(has('fetch_clause', 'offset_clause') && compareVersions(since, CONTAINERS_SINCE) < 0
      ? ['has FETCH, which 11.2 has not']
      : []),
  ]
}

function soleSelect(unit: SyntaxNode): SyntaxNode | undefined {
  return findNodes(unit, ['select_statement'])[0]
}

function judgeWords(tree: SyntaxNode, text: string): readonly string[] {
  const tokens = tokensOf(tree).filter((token) => !token.startsWith("'"))
  const refused = tokens.filter((token) =>
    REFUSED.some((pattern) => pattern.test(token.replaceAll('"', '').toUpperCase())),
  )
  const hasComment = /--|\/\*/.test(text.replaceAll(/'[^']*'/g, ''))
  return [
    ...refused.map((token) => `may not read ${token}`),
    ...(tokens.some((token) => token === ';' || token === '@') ? ['has ; or @'] : []),
    ...(hasComment ? ['has a comment or a hint'] : []),
  ]
}

function judgeDeclaration(statement: Statement, views: readonly string[]): readonly string[] {
  const { reads, grants } = statement
  const wanted = reads.filter((view) => !PUBLIC_VIEWS.test(view)).map(toGrant)
  const selects = grants.filter((grant) => grant.startsWith('GRANT '))
  return [
    ...(same(reads, views)
      ? []
      : [`says that it reads ${reads.join(', ')}, but reads ${views.join(', ')}`]),
    ...(same(selects, wanted)
      ? []
      : [`has the grants ${selects.join('; ')}, but needs ${wanted.join('; ')}`]),
  ]
}

function toGrant(view: string): string {
  return selectOn(view.replace(/^SYS\./, ''))
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join('\n') === right.toSorted().join('\n')
}
