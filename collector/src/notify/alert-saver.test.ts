import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import { AlertSaver } from './alert-saver.ts'
import { openNotifier } from './delivery/notifier.ts'
import { openMemoryTables } from './testing/memory-tables.ts'

const log = openLog({ name: 'test', level: 'silent' })
const ROW = { ruleId: 'cpu', key: 'db1', json: '{}' }

test('what could not be handed over is saved by the next commit, and said meanwhile', async () => {
  const tables = openMemoryTables()
  await using notifier = openNotifier({ channels: [], outbox: tables.outbox, log, version: '0' })
  let waiting = [ROW]
  let isBroken = true
  await using saver = new AlertSaver({
    state: tables.state,
    notifier,
    log,
    saveEveryMs: 60_000,
    takeChanges() {
      const put = waiting
      waiting = []
      return { put, remove: [] }
    },
    returnChanges({ put }) {
      waiting = [...put, ...waiting]
    },
    takeDispatch() {
      if (isBroken) throw new Error('no room')
      return { put: [], remove: [] }
    },
    returnDispatch: () => undefined,
  })
  await saver.flush()
  expect(saver.status().failure).toBe('no room')
  expect((await tables.state.load()).rows).toEqual([])
  isBroken = false
  await saver.flush()
  expect((await tables.state.load()).rows).toEqual([ROW])
})
