import { join } from 'node:path'
import {
  becomeOwnerOf,
  exportJournals,
  repairJournals,
  verifyJournals,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { readConfiguration } from './configuration.ts'

/** `outbox verify`: exit code 1 when something is damaged. */
export async function verifyOutbox(options: CommonOptions, language: Language): Promise<void> {
  const { state, queues } = await pathsOf(options)
  process.exitCode = await verifyJournals(state, queues, language)
}

/** `outbox repair`: only while no agent runs. */
export async function repairOutbox(options: CommonOptions, language: Language): Promise<void> {
  const { state, queues } = await pathsOf(options)
  process.exitCode = await repairJournals(state, queues, 'wardround-agent outbox repair', language)
}

/** `outbox export`: one JSON object a line. */
export async function exportOutbox(options: CommonOptions): Promise<void> {
  const { state, queues } = await pathsOf(options)
  await exportJournals(state, queues)
}

/** Who names the directory needs no configuration: it may be on the disk that was damaged. From here on root is the directory's owner. */
async function pathsOf(options: CommonOptions): Promise<{ state: string; queues: string[] }> {
  const state = options.state ?? (await readConfiguration(options)).settings.state
  await becomeOwnerOf(state)
  const outbox = join(state, 'outbox')
  return { state, queues: [join(outbox, 'samples'), join(outbox, 'texts')] }
}
