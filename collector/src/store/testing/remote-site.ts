import { openLog } from '@wardround/program'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openState } from '../../state/state.ts'
import { openEmbeddedStore } from '../embedded/open-embedded-store.ts'
import type { RemoteStoreSettings } from '../remote/read-stores.ts'
import { RemoteStores } from '../remote/remote-stores.ts'
import { LONG_RETENTION } from './long-retention.ts'
import { SampleJournal } from './sample-journal.ts'

const log = openLog({ name: 'test', level: 'silent' })
export const HOUR_MS = 3_600_000

/** Journal, state and embedded store of a collector, and the stores outside over them. */
export async function openRemoteSite(settings: readonly RemoteStoreSettings[]) {
  const directory = await mkdtemp(join(tmpdir(), 'remote-stores-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const journalDirectory = join(directory, 'journal')
  await mkdir(journalDirectory)
  const stack = new AsyncDisposableStack()
  const state = stack.use(await openState({ directory }))
  const journal = stack.use(await SampleJournal.open(journalDirectory, { segmentBytes: 4_096 }))
  const embedded = stack.use(
    await openEmbeddedStore({
      directory: join(directory, 'store'),
      journalDirectory,
      retention: LONG_RETENTION,
      log,
    }),
  )
  const working = new Set<string>()
  // What is later than now by days is refused by stores.
  let nowMs = Date.now() - 52 * HOUR_MS
  const open = () =>
    RemoteStores.open({
      settings,
      directory: join(directory, 'stores'),
      journalDirectory,
      journal: journal.journal,
      state,
      embedded,
      log,
      nowMs: () => nowMs,
      onCovered: () => {},
      onWorking: ({ name }) => working.add(name),
      reserve: { fraction: 0, bytes: 0 },
      lookEveryMs: 50,
    })
  return {
    state,
    journal,
    embedded,
    working,
    open,
    /** The wall clock goes on. */
    pass: (ms: number) => {
      nowMs += ms
    },
    nowMs: () => nowMs,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
