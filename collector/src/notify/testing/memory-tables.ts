import { DatabaseSync } from 'node:sqlite'
import { openCursorTable } from '../../state/cursors.ts'
import type { AlertStateStore } from '../alert-state/alert-state-store.ts'
import type { NotificationOutbox } from '../outbox/outbox-store.ts'
import { ALERT_STATE_TABLES, openAlertStateTable } from '../alert-state/sqlite-alert-state.ts'
import { DISPATCH_TABLES, openDispatchTable } from '../alert-state/sqlite-dispatch.ts'
import {
  NOTICES_IN_OUTBOX,
  NOTIFICATION_TABLES,
  URGENCY_AND_PAUSES,
} from '../outbox/outbox-tables.ts'
import { openNotificationTable } from '../outbox/sqlite-outbox.ts'

const CURSORS = `CREATE TABLE cursors (consumer TEXT PRIMARY KEY, segment INTEGER NOT NULL, "offset" INTEGER NOT NULL) STRICT`

/** The tables as the state worker serves them: asynchronous, one call after the other; and as they are. */
export interface MemoryTables {
  readonly database: DatabaseSync
  readonly outbox: NotificationOutbox
  readonly state: AlertStateStore
  readonly table: ReturnType<typeof openNotificationTable>
  readonly alerts: ReturnType<typeof openAlertStateTable>
  readonly dispatch: ReturnType<typeof openDispatchTable>
  /** While set, every write fails with it. */
  failure: Error | undefined
}

export function openMemoryTables(database = newDatabase()): MemoryTables {
  const dispatch = openDispatchTable(database)
  const table = openNotificationTable(database, dispatch)
  const alerts = openAlertStateTable(database, openCursorTable(database), table, dispatch)
  const tables: MemoryTables = {
    database,
    table,
    alerts,
    dispatch,
    failure: undefined,
    outbox: {
      enqueue: (...args) => write(() => table.enqueue(...args)),
      due: (...args) => read(() => table.due(...args)),
      markSent: (...args) => write(() => table.markSent(...args)),
      markFailed: (...args) => write(() => table.markFailed(...args)),
      giveUp: (...args) => write(() => table.giveUp(...args)),
      giveUpOthers: (...args) => write(() => table.giveUpOthers(...args)),
      pauses: () => read(() => table.pauses()),
      recentAttempts: (...args) => read(() => table.recentAttempts(...args)),
      givenUp: (...args) => read(() => table.givenUp(...args)),
      counts: () => read(() => table.counts()),
    },
    state: {
      load: () => read(() => alerts.load()),
      commit: (...args) => write(() => alerts.commit(...args)),
    },
  }
  const read = async <T>(call: () => T): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve))
    return call()
  }
  const write = <T>(call: () => T): Promise<T> =>
    read(() => {
      if (tables.failure !== undefined) throw tables.failure
      return call()
    })
  return tables
}

function newDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec(
    `${CURSORS};${ALERT_STATE_TABLES}${NOTIFICATION_TABLES}${NOTICES_IN_OUTBOX}${DISPATCH_TABLES}${URGENCY_AND_PAUSES}`,
  )
  return database
}
