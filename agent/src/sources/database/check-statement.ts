import type { LocalizedText } from '@wardround/protocol'

/** Words that no reading statement has outside of its quotes: what changes anything, waits for or takes locks, or runs something else. */
const REFUSED_WORDS = new Set(
  `ALTER ANALYZE BEGIN CALL CHECKPOINT CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE DELETE DISCARD DO DROP DUMPFILE EXEC EXECUTE EXPLAIN
  FLUSH GRANT HANDLER IMPORT INSERT INSTALL INTO KILL LISTEN LOAD LOCK MERGE NOTIFY OPTIMIZE OUTFILE PREPARE PROCEDURE PURGE REASSIGN REFRESH REINDEX RENAME
  REPAIR RESET REVOKE ROLLBACK SAVEPOINT SECURITY SET SHARE SHUTDOWN START TRUNCATE UNLISTEN UPDATE UPSERT VACUUM`
    .split(/\s+/)
    .filter(Boolean),
)

/** Functions that do more than read: files, other servers, sleeping, locks, settings, sequences, administration. */
const REFUSED_FUNCTIONS =
  /^(pg_|lo_|dblink|dbms_|utl_|sys_|owa_|htp|httpuri|xp_|sp_|load_file|sleep|benchmark|get_lock|release_|master_|source_pos|is_free_lock|nextval|setval|lastval|set_config|current_setting|query_to_xml|table_to_xml|database_to_xml|schema_to_xml|cursor_to_xml|xmltable|sys_exec|sys_eval|ora_)/i

const LONGEST = 20_000

/** A statement whose values are where `:from` and `:to` stood. */
export interface CheckedStatement {
  /** As written, without the closing semicolon; each placeholder at its place. */
  readonly parts: readonly (string | Placeholder)[]
}

export interface Placeholder {
  readonly bind: string
}

/** The statement is not one that is sent. */
export class StatementRefusedError extends Error {
  override readonly name = 'StatementRefusedError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

/** Why `checkStatement` refuses it; undefined where it does not. */
export function findRefusal(text: string, binds: readonly string[]): LocalizedText | undefined {
  try {
    checkStatement(text, binds)
    return undefined
  } catch (error) {
    if (error instanceof StatementRefusedError) return error.text
    throw error
  }
}

/**
 * Lets a single SELECT or WITH through and refuses whatever might be more: comments, quotes of the kinds in which products differ (backslashes, dollar
 * quotes, prefixes), a second statement, every word that changes or locks, functions that do more than read. It would rather refuse a harmless
 * statement than let another through; the server's read-only session and the account's grants stand behind it.
 * @param binds names of the placeholders that it may have
 * @throws StatementRefusedError
 */
export function checkStatement(text: string, binds: readonly string[]): CheckedStatement {
  const trimmed = text.trim().replace(/\s*;$/, '')
  if (trimmed === '' || trimmed.length > LONGEST)
    throw refused(`长度应为 1 到 ${LONGEST}`, `it must have 1 to ${LONGEST} characters`)
  // Drivers that put values into the text do so in quotes, too.
  if (trimmed.includes('?')) throw refused('不能含 ?', 'there may be no ? in it')
  const tokens = splitTokens(trimmed)
  const [first] = tokens.filter(({ kind }) => kind === 'word')
  if (tokens[0] !== first || !/^(select|with)$/i.test(first?.text ?? ''))
    throw refused('应以 SELECT 或 WITH 开头', 'it must begin with SELECT or WITH')
  const visible = tokens.filter(({ kind }) => kind !== 'blank')
  for (const [at, token] of visible.entries()) checkToken(token, visible[at + 1])
  return { parts: toParts(tokens, binds) }
}

interface Token {
  readonly kind: 'blank' | 'word' | 'string' | 'name' | 'bind' | 'other'
  readonly text: string
}

/** One alternative for each kind; what fits none is one character by itself. */
const TOKEN =
  /(?<blank>\s+)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<string>'(?:[^'\\]|'')*')|(?<name>"[^"\\]*"|`[^`\\]*`)|(?<cast>::)|(?<bind>:[A-Za-z_]\w*)|(?<number>\d[\w.]*)|(?<other>[^])/guy

function splitTokens(text: string): readonly Token[] {
  const tokens = [...text.matchAll(TOKEN)].map(({ 0: written, groups = {} }): Token => {
    const kind = KINDS.find((name) => groups[name] !== undefined) ?? 'other'
    return { kind, text: written }
  })
  for (const [at, token] of tokens.entries()) {
    const pair = token.text + (tokens[at + 1]?.text ?? '')
    if (/^(--|\/\*|\*\/)/.test(pair) || token.text === '#')
      throw refused('不能含注释', 'no comments are allowed in it')
    if (/^['"`\\]$/.test(token.text))
      throw refused(
        '引号不成对，或引号内有反斜杠',
        'a quote is not closed, or there is a backslash in it',
      )
    if (token.text === ';') throw refused('只能是一条语句', 'it must be a single statement')
    if (token.text === '$' || token.text === '@' || token.text === '\0')
      throw refused(`不能含 ${token.text}`, `there may be no ${token.text} in it`)
  }
  for (const [at, token] of tokens.entries()) refusePrefix(token, tokens[at + 1])
  return tokens
}

const KINDS = ['blank', 'word', 'string', 'name', 'bind'] as const

/** E'…', N'…', q'[…]', _utf8'…', U&'…': what they mean differs. @throws StatementRefusedError */
function refusePrefix(token: Token, next: Token | undefined): void {
  const isQuote = next?.kind === 'string' || (next?.kind === 'name' && token.text === '&')
  if (isQuote && (token.kind === 'word' || token.text === '&'))
    throw refused(
      `引号前不能紧跟 ${token.text}`,
      `there may be no ${token.text} right before a quote`,
    )
}

function checkToken({ kind, text }: Token, next: Token | undefined): void {
  if (kind === 'word' && REFUSED_WORDS.has(text.toUpperCase()))
    throw refused(
      `不能含 ${text}；列名与之相同时请加引号`,
      `there may be no ${text} in it; a column of that name goes into quotes`,
    )
  if (kind === 'word' && REFUSED_FUNCTIONS.test(text))
    throw refused(`不能使用 ${text}`, `${text} may not be used in it`)
  if (kind === 'name' && (next?.text === '(' || REFUSED_FUNCTIONS.test(text.slice(1))))
    throw refused(`不能调用 ${text}`, `${text} may not be called in it`)
}

function toParts(tokens: readonly Token[], binds: readonly string[]): CheckedStatement['parts'] {
  const parts: (string | Placeholder)[] = []
  let text = ''
  for (const token of tokens) {
    if (token.kind !== 'bind') {
      text += token.text
      continue
    }
    const bind = token.text.slice(1)
    if (!binds.includes(bind)) {
      const known = binds.map((name) => `:${name}`).join(', ')
      throw refused(
        `没有占位符 ${token.text}；可用：${known === '' ? '无' : known}`,
        `there is no placeholder ${token.text}; known: ${known === '' ? 'none' : known}`,
      )
    }
    parts.push(text, { bind })
    text = ''
  }
  return [...parts, text]
}

function refused(zh: string, en: string): StatementRefusedError {
  return new StatementRefusedError({ zh, en })
}
