import { backup, type DatabaseSync } from 'node:sqlite'
import type { LocalizedText } from '@wardround/program'

/** The state database was written by a newer version of the collector. */
class StateTooNewError extends Error {
  override readonly name = 'StateTooNewError'
  readonly code = 'STATE_TOO_NEW'
  readonly retryable = false
  readonly text: LocalizedText

  constructor(file: string, found: number, known: number) {
    const text = {
      zh: `${file} 的格式为 ${found}，而本版监控中心只认识到 ${known}；请重新安装较新的版本，或用它升级前留下的副本 ${file}.format-${known} 替换该文件`,
      en: `${file} has format ${found} and this collector knows formats up to ${known}; install the newer version again, or put the copy ${file}.format-${known} that it made in its place`,
    }
    super(text.en)
    this.text = text
  }
}

/** How many migrations the database has had. */
function readFormat(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

/**
 * Brings a database to the newest format. Before it changes one that holds data, it copies it to `FILE.format-N` (N: the format
 * that the copy has), which an older collector can go back to. Each migration is one transaction with its number.
 * @throws StateTooNewError
 */
export async function migrate(
  database: DatabaseSync,
  file: string,
  migrations: readonly string[],
): Promise<void> {
  const found = readFormat(database)
  if (found > migrations.length) throw new StateTooNewError(file, found, migrations.length)
  if (found === migrations.length) return
  if (found > 0) await backup(database, `${file}.format-${found}`)
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}
