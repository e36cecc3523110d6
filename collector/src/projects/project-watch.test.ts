import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlertRow } from '@wardround/protocol'
import { openLog } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HostDirectory } from '../ingest/host-directory.ts'
import { IncidentBook } from './incident-book.ts'
import { ProjectBook } from './project-book.ts'
import { openProjectWatch } from './project-watch.ts'
import { WorkDays } from './work-days.ts'
import { aProject, projectYaml } from './testing/a-project.ts'
import { CollectorHarness } from '../testing/collector-harness.ts'

/** A contract that always runs. */
const CONTRACT = "contract: {document: '004', year: 2026, from: 2000-01-01, to: 2199-12-31}"
const DUTY = `duty:
  least: [{when: always, people: {value: 1, clause: S08}}]
  people: [{id: a, name: 甲}, {id: p, name: 占位, placeholder: true}]
  shifts: [{hours: '00:00-24:00', who: [p]}]`

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wardround-projects-'))
})
afterEach(() => rm(directory, { recursive: true }))

const yaml = () => `language: en\nprojects: {directory: ${directory}}`
const write = (more: string) => writeFile(join(directory, 'clinic.yaml'), projectYaml(more))

async function roster(harness: CollectorHarness): Promise<AlertRow[]> {
  const { alerts } = await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')
  return alerts.filter(({ rule }) => rule === 'roster_gap')
}

test('what is found against a project file is an alert of the project, until the file is right', async () => {
  await write(`${CONTRACT}\n${DUTY}`)
  await using harness = await CollectorHarness.start({ yaml: yaml() })
  await expect.poll(() => roster(harness)).toHaveLength(1)
  const [alert] = await roster(harness)
  expect(alert).toMatchObject({
    severity: 'warning',
    labels: { alertname: 'roster_gap', host: 'clinic', project: 'clinic' },
  })
  expect(alert?.summary).toMatch(/the roster of Clinic has 0 people; there must be 1$/)

  await write(`${CONTRACT}\n${DUTY.replace('who: [p]', 'who: [a]')}`)
  await harness.reload(yaml())
  await expect.poll(() => roster(harness)).toEqual([])
})

test('a bad project file leaves the old ones in force', async () => {
  await write(`${CONTRACT}\n${DUTY}`)
  await using harness = await CollectorHarness.start({ yaml: yaml() })
  await write(`${CONTRACT}\nhosts: [{name: a, role: x, place: nowhere}]`)
  await expect(harness.reload(yaml())).rejects.toThrow(/there is no place "nowhere"/)
  await expect.poll(() => roster(harness)).toHaveLength(1)
})

test('a project that cannot be looked at keeps what was found, and keeps no other from being looked at', async () => {
  const gappy = (id: string) => aProject(`project: ${id}\n${CONTRACT}\n${DUTY}`)
  const sound = [gappy('clinic'), gappy('ward')]
  const projects = new ProjectBook(sound, new WorkDays())
  using watch = openProjectWatch({
    projects,
    table: new SeriesTable(),
    hosts: new HostDirectory([]),
    registry: [],
    store: { query: async () => ({ series: [], truncated: false }) as never },
    alerting: { acceptFindings: () => undefined },
    desk: {
      incidents: new IncidentBook(projects, () => undefined),
      records: () => [],
      nowMs: Date.now,
    },
    log: openLog({ name: 'test', level: 'silent' }),
    nowMs: Date.now,
  })
  const found = () => [...new Set(watch.findings.map(({ project }) => project?.id))]
  await expect.poll(found).toEqual(['clinic', 'ward'])
  const broken = sound.map((one) => (one.id === 'clinic' ? { ...one, roster: null as never } : one))
  projects.replace(broken, new WorkDays())
  watch.lookAgain()
  expect(found()).toEqual(['clinic', 'ward'])
  projects.replace([...broken, gappy('new')], new WorkDays())
  watch.lookAgain()
  expect(found()).toEqual(['clinic', 'ward', 'new'])
})
