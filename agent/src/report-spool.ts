import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectoryFor, ownerOf, writeFileFor } from './give-to-agent.ts'

/** Reports of one look: what is beyond waits for the next. */
const MOST_FILES = 1_000
const MOST_BYTES = 64 * 1024
const DIRECTORY = 'backup-reports'

/** Where reports of backups lie that no running agent took: a directory of the state directory, a file for each. */
export function spoolOf(state: string): string {
  return join(state, DIRECTORY)
}

/**
 * Puts a report down for the agent's next start; one with the same id takes its place.
 * @throws the system's error where the state directory is not there or not ours to write
 */
export async function spoolReport(
  state: string,
  source: string,
  report: { readonly id: string },
): Promise<void> {
  const owner = await ownerOf(state)
  await makeDirectoryFor(owner, spoolOf(state))
  const name = `${prefixOf(source)}${report.id}.json`
  await writeFileFor(owner, join(spoolOf(state), name), `${JSON.stringify(report)}\n`)
}

/** Takes out what was put down for a source. What is no JSON is thrown away. */
export async function takeReports(state: string, source: string): Promise<readonly unknown[]> {
  const directory = spoolOf(state)
  const names = await readdir(directory).catch(() => [])
  const own = names.filter((name) => name.startsWith(prefixOf(source)) && name.endsWith('.json'))
  const reports: unknown[] = []
  for (const name of own.slice(0, MOST_FILES)) {
    const report = await readReport(join(directory, name))
    if (report !== undefined) reports.push(report)
    await rm(join(directory, name), { force: true })
  }
  return reports
}

/** Names hold no `@`: encoded, it is %40. */
function prefixOf(source: string): string {
  return `${encodeURIComponent(source)}@`
}

async function readReport(file: string): Promise<unknown> {
  try {
    const { size } = await stat(file)
    return size > MOST_BYTES ? undefined : JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined // torn, or not ours to read
  }
}
