import {
  antlr4tsSQL,
  type ANTLRErrorListener,
  type ParserRuleContext,
  PredictionMode,
  SQLDialect,
  TerminalNode,
} from 'antlr4ts-sql'

type ParseTree = ReturnType<ParserRuleContext['getChild']>

/** A part of a statement as the Oracle grammar names it; a token has no rule and no children. */
export interface SyntaxNode {
  readonly rule: string
  /** As it stands in the statement. */
  readonly text: string
  readonly children: readonly SyntaxNode[]
}

/** @throws Error with line and column where the text is no Oracle SQL */
export function parseOracle(sql: string): SyntaxNode {
  // The short-sighted mode is ten times faster and never lets pass what the full one refuses.
  const quick = parseIn(PredictionMode.SLL, sql)
  const { node, problems } = quick.problems.length === 0 ? quick : parseIn(PredictionMode.LL, sql)
  if (problems.length > 0) throw new Error(`no Oracle SQL: ${problems.join('; ')}\n${sql}`)
  return node
}

function parseIn(mode: PredictionMode, sql: string): { node: SyntaxNode; problems: string[] } {
  const problems: string[] = []
  const listener: ANTLRErrorListener<never> = {
    syntaxError: (_recognizer, _symbol, line, column, message) => {
      problems.push(`${line}:${column + 1}: ${message.replace(/ expecting \{.*/s, '')}`)
    },
  }
  const grammar = new antlr4tsSQL(SQLDialect.PLSQL)
  const parser = grammar.getParser(grammar.getTokens(sql, [listener]), [listener])
  parser.interpreter.setPredictionMode(mode)
  const tree = grammar.getParseTree(parser)
  return { node: toNode(tree, sql, parser.ruleNames), problems }
}

/** The stream of the grammar turns letters around and returns no text: it is cut from the statement. */
function toNode(tree: ParseTree, sql: string, names: readonly string[]): SyntaxNode {
  if (tree instanceof TerminalNode) {
    const { startIndex, stopIndex } = tree.symbol
    return { rule: '', text: sql.slice(startIndex, stopIndex + 1), children: [] }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a tree has terminals and rules, nothing else
  const context = tree as ParserRuleContext
  return {
    rule: names[context.ruleIndex] ?? '',
    text: sql.slice(context.start.startIndex, (context.stop ?? context.start).stopIndex + 1),
    children: (context.children ?? []).map((child) => toNode(child, sql, names)),
  }
}

/** The nodes of these rules at or below this one; what is below a found one, or below `stopAt`, is not looked at. */
export function findNodes(
  node: SyntaxNode,
  rules: readonly string[],
  stopAt: readonly string[] = [],
): readonly SyntaxNode[] {
  if (rules.includes(node.rule)) return [node]
  if (stopAt.includes(node.rule)) return []
  return node.children.flatMap((child) => findNodes(child, rules, stopAt))
}

export function childOf(node: SyntaxNode, ...rules: readonly string[]): SyntaxNode | undefined {
  return node.children.find(({ rule }) => rules.includes(rule))
}

/** Tokens, as they stand. */
export function tokensOf(node: SyntaxNode): readonly string[] {
  return node.children.length === 0 ? [node.text] : node.children.flatMap(tokensOf)
}
