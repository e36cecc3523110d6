import { DatabaseSync } from 'node:sqlite'
import { openLog } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { anAlert } from '../notify/testing/a-transition.ts'
import type { Alert, Transition } from '../rules/alert.ts'
import { alertId } from '../rules/alerts/live-alert.ts'
import { openProjectTable, PROJECT_TABLES } from '../state/projects.ts'
import { toIncident } from './incident.ts'
import { IncidentBook } from './incident-book.ts'
import { ProjectBook } from './project-book.ts'
import { openProjectDesk } from './project-desk.ts'
import { aProject } from './testing/a-project.ts'
import { MAX_RECORDS } from './record-shelf.ts'
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

function resolved(atMs: number): Transition {
  return { kind: 'resolved', alert: ALERT, atMs, reason: 'condition', before: undefined }
}

/** What is on disk; a process opens a desk over it. */
function openDisk() {
  const database = new DatabaseSync(':memory:')
  database.exec(PROJECT_TABLES)
  const table = openProjectTable(database)
  const projects = {
    records: async () => table.records(),
    append: async (...record: Parameters<typeof table.append>) => table.append(...record),
    openIncidents: async () => table.openIncidents(),
    incident: async (id: string) => table.incident(id),
    putIncidents: async (...rows: Parameters<typeof table.putIncidents>) =>
      table.putIncidents(...rows),
    purge: async (beforeMs: number) => table.purge(beforeMs),
  }
  /** Begun, and killed at the test's end: nothing is closed. */
  const begin = async (firing: readonly Alert[], more = '', lastAliveMs?: number) => {
    const book = new ProjectBook([aProject(`${SLA}\n${more}`)], new WorkDays())
    const incidents = new IncidentBook(book, () => 'clinic')
    incidents.restore(table.openIncidents().incidents)
    return openProjectDesk({
      projects: book,
      incidents,
      lastAliveMs,
      keepMs: () => 86_400_000,
      state: { projects },
      alerting: {
        onTransition: () => undefined,
        isOwnRule: () => false,
        listAlerts: () => [...firing],
        nowMs: () => NOW_MS,
        dispatching: {
          look: () => undefined as never,
          act: () => undefined as never,
        },
      },
      log: openLog({ name: 'test', level: 'silent' }),
    })
  }
  return { database, table, begin }
}

test('an alert that fires without an incident, its process having been killed, begins it from its firing', async () => {
  const { begin } = openDisk()
  await using desk = await begin([ALERT])
  expect(desk.incidents.list()).toMatchObject([{ startMs: NOW_MS - 60_000 }])
})

test('an alert that already fired when the collector was alive last, and had no incident then, begins one now: nobody had promised anything', async () => {
  const { begin } = openDisk()
  const old = anAlert({ ...ALERT, severitySinceMs: NOW_MS - 3 * 86_400_000 })
  await using desk = await begin([old], '', NOW_MS - 1_000)
  expect(desk.incidents.list()).toMatchObject([{ startMs: NOW_MS - 1_000 }])
})

test('an incident whose alert ended when nobody could write it down is over', async () => {
  const { begin, table } = openDisk()
  {
    await using _desk = await begin([ALERT])
  }
  expect(table.openIncidents().incidents).toHaveLength(1)
  {
    await using _desk = await begin([])
  }
  expect(table.openIncidents().incidents).toEqual([])
})

test('what is recorded of an incident is durable at once', async () => {
  const { begin, table } = openDisk()
  const desk = await begin([ALERT])
  const [incident] = desk.incidents.list()
  const said = { project: 'clinic', who: '甲', what: 'on it', atMs: NOW_MS, cancels: undefined }
  await desk.record({ ...said, kind: 'claim', incident: incident?.id })
  expect(table.openIncidents().incidents).toMatchObject([{ claim: { by: '甲', atMs: NOW_MS } }])
  await desk[Symbol.asyncDispose]()
})

test('records have a bound: what has no room is refused and counted; what is too old to be kept makes room', async () => {
  const { begin, database, table } = openDisk()
  const said = {
    project: 'clinic',
    kind: 'inspection',
    who: '甲',
    what: 'x',
    incident: undefined,
    cancels: undefined,
  }
  database.exec('BEGIN')
  for (let index = 0; index < MAX_RECORDS + 2; index++)
    table.append({ ...said, atMs: NOW_MS - 1000, recordedAtMs: NOW_MS })
  database.exec('COMMIT')
  {
    await using desk = await begin([])
    expect(desk.records('clinic')).toHaveLength(MAX_RECORDS)
    expect(await desk.record({ ...said, atMs: NOW_MS })).toBeUndefined()
    expect(await desk.record({ ...said, project: 'other', atMs: NOW_MS })).toMatchObject({
      who: '甲',
    })
    expect(desk.status()).toMatchObject({ recordsRefused: 1, recordsPassedOver: 2 })
  }
  database.exec(`UPDATE project_records SET at_ms = ${NOW_MS - 2 * 86_400_000} WHERE id < 100`)
  await using desk = await begin([])
  expect(await desk.record({ ...said, atMs: NOW_MS })).toMatchObject({ what: 'x' })
  expect(desk.records('clinic')).toHaveLength(MAX_RECORDS - 97 + 1)
})

test('an incident that was written when it was of one alert alone is taken up', async () => {
  const { begin, database, table } = openDisk()
  {
    await using _desk = await begin([ALERT])
  }
  database.exec(`UPDATE incidents SET body = json_remove(body, '$.alerts', '$.alertCount')`)
  expect(table.openIncidents().incidents).toMatchObject([
    { alertCount: 1, alerts: [{ key: ALERT.key }] },
  ])
  await using desk = await begin([ALERT])
  expect(desk.incidents.list()).toMatchObject([{ startMs: NOW_MS - 60_000 }])
})

test('incidents are written all or none', () => {
  const { table } = openDisk()
  const incident = toIncident(ALERT, { project: 'clinic', row: 'all', startMs: NOW_MS })
  const unwritable = { ...incident, id: 'other', project: null as unknown as string }
  expect(() => {
    table.putIncidents([
      { incident, isOpen: true },
      { incident: unwritable, isOpen: true },
    ])
  }).toThrow(/NOT NULL/)
  expect(table.openIncidents()).toEqual({ incidents: [], damaged: [] })
})

test('an incident that moves has its project and beginning also in its row', () => {
  const { database, table } = openDisk()
  const incident = toIncident(ALERT, { project: 'clinic', row: 'all', startMs: NOW_MS })
  table.putIncidents([{ incident, isOpen: true }])
  const moved = { ...incident, project: 'other', startMs: NOW_MS - 1 }
  table.putIncidents([{ incident: moved, isOpen: true }])
  expect(database.prepare('SELECT project, start_ms FROM incidents').all()).toEqual([
    { project: 'other', start_ms: NOW_MS - 1 },
  ])
})

test('a damaged incident is passed over, and stays as it is; the others are taken up', () => {
  const { database, table } = openDisk()
  const incident = toIncident(ALERT, { project: 'clinic', row: 'all', startMs: NOW_MS })
  table.putIncidents([
    { incident, isOpen: true },
    { incident: { ...incident, id: 'torn' }, isOpen: true },
  ])
  database.exec(`UPDATE incidents SET body = '{"id":' WHERE id = 'torn'`)
  expect(table.openIncidents()).toMatchObject({
    incidents: [{ id: incident.id }],
    damaged: ['torn'],
  })
})

test('a hold that cannot be read keeps nothing from being saved', async () => {
  const { begin, table } = openDisk()
  const desk = await begin([ALERT])
  const [incident] = desk.incidents.list()
  desk.incidents.follow = () => {
    throw new Error('a hold of no kind')
  }
  const said = { project: 'clinic', who: '甲', what: 'on it', atMs: NOW_MS, cancels: undefined }
  await desk.record({ ...said, kind: 'claim', incident: incident?.id })
  await desk.record({ ...said, kind: 'arrival', incident: incident?.id })
  expect(table.openIncidents().incidents).toMatchObject([{ arrivedMs: NOW_MS }])
  await desk[Symbol.asyncDispose]()
})

describe('a record of an incident that was wrong', () => {
  const said = { project: 'clinic', who: '甲', what: 'x', incident: undefined, cancels: undefined }

  test('takes its effect back when it is taken back; what else stands counts', async () => {
    const { begin, table } = openDisk()
    await using desk = await begin([ALERT])
    const incident = desk.incidents.list()[0]?.id
    const wrong = await desk.record({ ...said, kind: 'arrival', atMs: NOW_MS - 3_000, incident })
    await desk.record({ ...said, kind: 'arrival', atMs: NOW_MS - 1_000, incident })
    expect(desk.incidents.list()).toMatchObject([{ arrivedMs: NOW_MS - 3_000 }])
    await desk.record({ ...said, kind: 'arrival', atMs: NOW_MS, cancels: wrong?.id })
    expect(desk.incidents.list()).toMatchObject([{ arrivedMs: NOW_MS - 1_000 }])
    expect(table.openIncidents().incidents).toMatchObject([{ arrivedMs: NOW_MS - 1_000 }])
  })

  test('leaves the claim of an alert as it is', async () => {
    const { begin } = openDisk()
    await using desk = await begin([ALERT])
    const incident = desk.incidents.list()[0]?.id
    desk.incidents.claim(ALERT, '乙', NOW_MS - 1_000)
    const wrong = await desk.record({ ...said, kind: 'claim', atMs: NOW_MS - 2_000, incident })
    expect(desk.incidents.list()).toMatchObject([{ claim: { by: '甲' } }])
    await desk.record({ ...said, kind: 'claim', atMs: NOW_MS, cancels: wrong?.id })
    expect(desk.incidents.list()).toMatchObject([{ claim: { by: '乙', atMs: NOW_MS - 1_000 } }])
  })

  test('that ended it lets it wait for the user again', async () => {
    const { begin } = openDisk()
    await using desk = await begin([ALERT], 'acceptance: {clause: S09}')
    const incident = desk.incidents.list()[0]?.id
    desk.incidents.take(resolved(NOW_MS), undefined, NOW_MS)
    const wrong = await desk.record({ ...said, kind: 'accepted', atMs: NOW_MS, incident })
    expect(desk.incidents.list()).toEqual([])
    await desk.record({ ...said, kind: 'accepted', atMs: NOW_MS, cancels: wrong?.id })
    expect(desk.incidents.list()).toMatchObject([{ id: incident, resolvedMs: NOW_MS }])
    expect(desk.incidents.list()[0]?.acceptedMs).toBeUndefined()
  })

  test('that said it is not over lets it be over again, when it was', async () => {
    const { begin } = openDisk()
    await using desk = await begin([ALERT], 'acceptance: {clause: S09}')
    const incident = desk.incidents.list()[0]?.id
    desk.incidents.take(resolved(NOW_MS - 5), undefined, NOW_MS)
    const wrong = await desk.record({ ...said, kind: 'rejected', atMs: NOW_MS, incident })
    expect(desk.incidents.list()[0]?.resolvedMs).toBeUndefined()
    await desk.record({ ...said, kind: 'rejected', atMs: NOW_MS, cancels: wrong?.id })
    expect(desk.incidents.list()[0]?.resolvedMs).toBe(NOW_MS - 5)
  })

  test('of a part counts for the incident of its cause, and is taken back there', async () => {
    const { begin } = openDisk()
    const cause = anAlert({ ...ALERT, ruleId: 'silent', key: 'sw', host: 'sw', fingerprint: 'sw' })
    await using desk = await begin([ALERT, cause])
    const part = desk.incidents.list().find(({ host }) => host !== 'sw')?.id
    const wrong = await desk.record({ ...said, kind: 'arrival', atMs: NOW_MS, incident: part })
    desk.incidents.follow(
      ({ key }) => (key === 'sw' ? undefined : { kind: 'muted', by: alertId(cause) }),
      NOW_MS,
    )
    expect(desk.incidents.list()).toMatchObject([{ host: 'sw', arrivedMs: NOW_MS }])
    await desk.record({ ...said, kind: 'arrival', atMs: NOW_MS, cancels: wrong?.id })
    expect(desk.incidents.list()[0]?.arrivedMs).toBeUndefined()
  })
})

test('a record whose process was killed before its incident was written counts at the next start', async () => {
  const { begin, table } = openDisk()
  const desk = await begin([ALERT])
  const incident = desk.incidents.list()[0]?.id
  await desk[Symbol.asyncDispose]()
  const said = { project: 'clinic', who: '甲', what: 'x', incident, cancels: undefined }
  table.append({ ...said, kind: 'arrival', atMs: NOW_MS, recordedAtMs: NOW_MS })
  await using next = await begin([ALERT])
  expect(next.incidents.list()).toMatchObject([{ arrivedMs: NOW_MS }])
})
