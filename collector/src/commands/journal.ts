import { exportJournals, type Language, repairJournals, verifyJournals } from '@wardround/program'
import { type CommonOptions, statePathsOf } from './common-options.ts'

/** `journal verify`: exit code 1 when something is damaged. */
export async function verifyJournalFiles(
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const { directory, journal } = await statePathsOf(options)
  process.exitCode = await verifyJournals(directory, [journal], language)
}

/** `journal repair`: only while no collector runs. */
export async function repairJournalFiles(
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const { directory, journal } = await statePathsOf(options)
  const who = 'wardround-collector journal repair'
  process.exitCode = await repairJournals(directory, [journal], who, language)
}

/** `journal export`: one JSON object a line. */
export async function exportJournalFiles(options: CommonOptions): Promise<void> {
  const { directory, journal } = await statePathsOf(options)
  await exportJournals(directory, [journal])
}
