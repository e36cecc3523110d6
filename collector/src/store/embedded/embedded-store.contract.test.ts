import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Position } from '@wardround/journal'
import { openLog } from '@wardround/program'
import { describeStore } from '../describe-store.ts'
import type { Store } from '../store.ts'
import { SampleJournal } from '../testing/sample-journal.ts'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'

describeStore('the embedded store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'store-contract-'))
  const journalDirectory = join(directory, 'journal')
  const writer = await SampleJournal.open(journalDirectory)
  const open = (): Promise<Store> =>
    openEmbeddedStore({
      directory: join(directory, 'store'),
      journalDirectory,
      retention: LONG_RETENTION,
      log: openLog({ name: 'test', level: 'silent' }),
    })
  let store = await open()
  let durable: Position | undefined
  return {
    get store() {
      return store
    },
    async write(samples) {
      durable = await writer.append(samples, Date.now())
      store.advance(durable)
    },
    async restart() {
      await store[Symbol.asyncDispose]()
      store = await open()
      if (durable !== undefined) store.advance(durable)
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
})
