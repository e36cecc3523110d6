import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StateFiles } from './state-files.ts'

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
  const name = `${prefixOf(source)}${report.id}.json`
  const file = join(spoolOf(state), name)
  await new StateFiles(state).replace(file, `${JSON.stringify(report)}\n`)
}

/** What was put down for a source, out of the way of reports that come meanwhile. */
export interface TakenReports {
  readonly reports: readonly unknown[]
  /** For when they are kept elsewhere; without it they are taken again. */
  forget(): Promise<void>
}

/** Takes what was put down for a source. What is no JSON is thrown away. */
export async function takeReports(state: string, source: string): Promise<TakenReports> {
  const directory = spoolOf(state)
  const names = await readdir(directory).catch(() => [])
  const own = names.filter((name) => name.startsWith(prefixOf(source)))
  const ids = new Set(own.flatMap((name) => /^(.+)\.(?:json|taken)$/.exec(name)?.[1] ?? []))
  const reports: unknown[] = []
  const files: string[] = []
  for (const id of [...ids].slice(0, MOST_FILES)) {
    const file = join(directory, `${id}.taken`)
    await rename(join(directory, `${id}.json`), file).catch(() => undefined) // taken before
    const report = await readReport(file)
    if (report === undefined) continue
    reports.push(report)
    files.push(file)
  }
  return { reports, forget: async () => void (await Promise.all(files.map(remove))) }
}

/** Names hold no `@`: encoded, it is %40. */
function prefixOf(source: string): string {
  return `${encodeURIComponent(source)}@`
}

/** Undefined for what is no report, which goes, and for what can't be read now. */
async function readReport(file: string): Promise<unknown> {
  try {
    const { size } = await stat(file)
    if (size <= MOST_BYTES) return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) return undefined
  }
  await remove(file)
  return undefined
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined) // a disk that takes nothing: it is taken again
}
