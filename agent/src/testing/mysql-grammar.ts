import { registerHooks } from 'node:module'

/** What is wrong with a text by the grammar of MySQL 8.0; empty where nothing is. */
export type MysqlGrammar = (sql: string) => readonly string[]

/**
 * Loads dt-sql-parser's grammar of MySQL. Its modules import each other without the endings that Node wants: they are added here.
 */
export async function loadMysqlGrammar(): Promise<MysqlGrammar> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!specifier.startsWith('.') || context.parentURL?.includes('dt-sql-parser') !== true)
          throw error
        return resolveFirst([`${specifier}.js`, `${specifier}/index.js`], (each) =>
          next(each, context),
        )
      }
    },
  })
  try {
    const { MySQL } = await import('dt-sql-parser')
    const parser = new MySQL()
    return (sql) =>
      parser
        .validate(sql)
        .map(({ startLine, startColumn, message }) => `${startLine}:${startColumn} ${message}`)
  } finally {
    hooks.deregister()
  }
}

function resolveFirst<T>(specifiers: readonly string[], resolve: (specifier: string) => T): T {
  const [first = '', ...rest] = specifiers
  try {
    return resolve(first)
  } catch (error) {
    if (rest.length === 0) throw error
    return resolveFirst(rest, resolve)
  }
}
