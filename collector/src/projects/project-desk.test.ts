import { DatabaseSync } from 'node:sqlite'
import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import { anAlert } from '../notify/testing/a-transition.ts'
import type { Alert } from '../rules/alert.ts'
import { openProjectTable, PROJECT_TABLES } from '../state/projects.ts'
import { ProjectBook } from './project-book.ts'
import { openProjectDesk } from './project-desk.ts'
import { aProject } from './testing/a-project.ts'
import { WorkDays } from './work-days.ts'

const SLA = `sla:
  - id: all
    name: {zh: 全部, en: all}
    respond: {value: 1h, calendar: always, clause: S06}`

const NOW_MS = Date.parse('2026-11-20T10:00:00+08:00')
const ALERT = anAlert({
  labels: { project: 'clinic' },
  severitySinceMs: NOW_MS - 60_000,
})

/** What is on disk; a process opens a desk over it. */
function openDisk() {
  const database = new DatabaseSync(':memory:')
  database.exec(PROJECT_TABLES)
  const table = openProjectTable(database)
  const projects = {
    records: async () => table.records(),
    append: async (...record: Parameters<typeof table.append>) => table.append(...record),
    openIncidents: async () => table.openIncidents(),
    putIncidents: async (...rows: Parameters<typeof table.putIncidents>) =>
      table.putIncidents(...rows),
    purge: async (beforeMs: number) => table.purge(beforeMs),
  }
  /** Begun, and killed at the test's end: nothing is closed. */
  const begin = (firing: readonly Alert[]) =>
    openProjectDesk({
      projects: new ProjectBook([aProject(SLA)], new WorkDays()),
      state: { projects },
      alerting: {
        onTransition: () => undefined,
        isOwnRule: () => false,
        listAlerts: () => [...firing],
        dispatching: {
          look: () => undefined as never,
          act: () => undefined as never,
        },
      },
      log: openLog({ name: 'test', level: 'silent' }),
      nowMs: () => NOW_MS,
    })
  return { table, begin }
}

test('an alert that fires without an incident, its process having been killed, begins it from its firing', async () => {
  const { begin } = openDisk()
  await using desk = await begin([ALERT])
  expect(desk.incidents.list()).toMatchObject([{ startMs: NOW_MS - 60_000 }])
})

test('an incident whose alert ended when nobody could write it down is over', async () => {
  const { begin, table } = openDisk()
  {
    await using _desk = await begin([ALERT])
  }
  expect(table.openIncidents()).toHaveLength(1)
  {
    await using _desk = await begin([])
  }
  expect(table.openIncidents()).toEqual([])
})

test('what is recorded of an incident is durable at once', async () => {
  const { begin, table } = openDisk()
  const desk = await begin([ALERT])
  const [incident] = desk.incidents.list()
  const said = { project: 'clinic', who: '甲', what: 'on it', atMs: NOW_MS, cancels: undefined }
  await desk.record({ ...said, kind: 'claim', incident: incident?.id })
  expect(table.openIncidents()).toMatchObject([{ claim: { by: '甲', atMs: NOW_MS } }])
  await desk[Symbol.asyncDispose]()
})
