import type { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { openAlertStateTable } from '../notify/alert-state/sqlite-alert-state.ts'
import { openDispatchTable } from '../notify/alert-state/sqlite-dispatch.ts'
import { openNotificationTable } from '../notify/outbox/sqlite-outbox.ts'
import { openAgentTable } from './agents.ts'
import { openCursorTable } from './cursors.ts'
import { openDatabase, copyDaily, type OpenedDatabase } from './database.ts'
import { openEventFiles } from './event-files.ts'
import { openFactTable } from './facts.ts'
import { openInventoryTable } from './inventory.ts'
import { openLifeTable } from './life.ts'
import { openProjectTable } from './projects.ts'
import { openRawRecordFiles, type RawRecordBounds } from './raw-record-files.ts'
import { sortEventFiles } from './sorted-event-files.ts'
import { openStoreGapTable } from './store-gaps.ts'
import { openSubjectTable } from './subjects.ts'
import { openTokenTable } from './tokens.ts'
import { openWriteTokenTable } from './write-tokens.ts'

/** What the state worker, or a command while no collector runs, opens. */
export interface StateLocation {
  /** The collector's state directory. */
  readonly directory: string
}

/** Every part of the state, as plain synchronous tables: for the state worker's thread only. */
export type StateTables = ReturnType<typeof openTables>

/** @throws StateTooNewError, and the system's error where the directory can't be written */
export async function openStateTables(
  { directory }: StateLocation,
  nowMs: () => number = Date.now,
): Promise<{ tables: StateTables; opened: OpenedDatabase }> {
  const file = join(directory, 'state.db')
  const opened = await openDatabase(file, nowMs)
  return { tables: openTables(opened.database, file, join(directory, 'events')), opened }
}

function openTables(database: DatabaseSync, file: string, eventsDirectory: string) {
  const cursors = openCursorTable(database)
  const inventory = openInventoryTable(database)
  const raw = openRawRecordFiles(join(eventsDirectory, 'raw'))
  const events = sortEventFiles(openEventFiles(eventsDirectory), raw)
  const agents = openAgentTable(database)
  const dispatch = openDispatchTable(database)
  const notices = openNotificationTable(database, dispatch)
  const projects = openProjectTable(database)
  const alerts = openAlertStateTable(database, cursors, notices, dispatch)
  return {
    alerts,
    decisions: { of: dispatch.decisions },
    cursors,
    notices,
    agents,
    tokens: openTokenTable(database),
    writeTokens: openWriteTokenTable(database),
    subjects: openSubjectTable(database),
    storeGaps: openStoreGapTable(database),
    projects,
    inventory,
    events,
    facts: openFactTable(database, cursors, inventory, events),
    life: openLifeTable(database),
    rawRecords: {
      tidy: (bounds: RawRecordBounds, nowMs: number) => raw.tidy(bounds, nowMs),
      status: () => raw.status(),
    },
    upkeep: {
      /** Drops what is older than its retention. */
      purge(beforeMs: number): void {
        agents.purge(beforeMs)
        inventory.purge(beforeMs)
        events.purge(beforeMs)
        alerts.purge(beforeMs)
        dispatch.purge(beforeMs)
        notices.purge(beforeMs)
        projects.purge(beforeMs)
      },
      copy: () => copyDaily(file),
      close: () => database.close(),
    },
  }
}
