import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projectYaml } from '../../projects/testing/a-project.ts'
import { startWebhookServer } from '../../notify/testing/webhook-server.ts'
import { CollectorHarness } from '../../testing/collector-harness.ts'

/** A contract that always runs. */
const PROJECT = `contract: {document: '004', year: 2026, from: 2000-01-01, to: 2199-12-31}
hosts: [{name: db-1, role: db}]
sla:
  - id: all
    name: {zh: 全部, en: all}
    respond: {value: 1h, calendar: always, clause: S06}
    resolve: {value: 8h, calendar: always, clause: S06}
acceptance: {clause: S09}
counts: [{kind: inspection, name: {zh: 设备巡检, en: inspections}, atLeast: {value: 52, clause: R01}}]
duty:
  people: [{id: a, name: 甲, phone: '110'}]
  shifts: [{hours: '00:00-24:00', who: [a]}]`

/** Fires on the first sample. */
const RULES = `rules:
  - id: load
    name: {zh: 负载, en: load}
    value: system.load1
    critical: {above: 1, clear: {for: 0s}}
    summary: {zh: 负载高, en: load is high}
    own: false
    clauses: [H01]`

let directory: string
let state: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wardround-projects-'))
  state = await mkdtemp(join(tmpdir(), 'wardround-projects-'))
  await writeFile(join(directory, 'clinic.yaml'), projectYaml(PROJECT))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
  await rm(state, { recursive: true })
})

async function start(rules: string): Promise<CollectorHarness> {
  const yaml = `language: en\nprojects: {directory: ${directory}}\nrules: {pack: none, directory: ${rules}}`
  return CollectorHarness.start({ yaml, directory: state })
}

async function rulesDirectory(): Promise<string> {
  const rules = await mkdtemp(join(directory, 'rules-'))
  await writeFile(join(rules, 'load.yaml'), RULES)
  return rules
}

async function post(harness: CollectorHarness, body: object, project = 'clinic') {
  const response = await fetch(harness.url(`/api/v1/projects/${project}/records`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a problem or a record
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

interface Answer {
  readonly counts: readonly object[]
  readonly records: readonly { readonly id: number }[]
  readonly incidents: readonly {
    readonly id: string
    readonly phase: string
    readonly start: string
    readonly clocks: readonly object[]
  }[]
}

const answerOf = (harness: CollectorHarness) => harness.get<Answer>('/api/v1/projects/clinic')

test('a project says who is on duty and what is done; what is recorded counts, also after a restart', async () => {
  const rules = await rulesDirectory()
  {
    await using harness = await start(rules)
    expect(await harness.get('/api/v1/projects')).toMatchObject({
      projects: [{ id: 'clinic', name: 'Clinic', onDuty: ['甲'], incidents: 0 }],
    })
    const said = { kind: 'inspection', who: '甲', what: 'weekly inspection' }
    expect(await post(harness, said)).toMatchObject({ status: 201, body: { id: 1, ...said } })
    expect(await post(harness, { ...said, what: 'twice by mistake' })).toMatchObject({
      status: 201,
    })
    expect(await post(harness, { ...said, what: 'not twice', cancels: 2 })).toMatchObject({
      status: 201,
    })
    expect((await answerOf(harness)).counts).toMatchObject([{ done: 1, target: 52 }])
  }
  await using again = await start(rules)
  const { counts, records } = await answerOf(again)
  expect(counts).toMatchObject([{ kind: 'inspection', done: 1, target: 52 }])
  expect(records.map(({ id }) => id)).toEqual([3, 2, 1])
})

test('an incident has its clocks, outlives a restart, and is over when the user accepts it', async () => {
  const rules = await rulesDirectory()
  {
    await using harness = await start(rules)
    await sendLoad(harness, 5)
    await expect.poll(async () => (await answerOf(harness)).incidents).toHaveLength(1)
    const { incidents } = await answerOf(harness)
    expect(incidents[0]).toMatchObject({ phase: 'open', clocks: [{ phase: 'running' }, {}] })
    const claim = { kind: 'claim', who: '甲', what: 'on it', incident: incidents[0]?.id }
    expect(await post(harness, claim)).toMatchObject({ status: 201 })
    expect((await answerOf(harness)).incidents[0]?.clocks).toMatchObject([
      { name: 'respond', phase: 'kept', limit: '1 hour' },
      { name: 'resolve', phase: 'running', limit: '8 hours' },
    ])
  }
  await using again = await start(rules)
  expect((await answerOf(again)).incidents).toMatchObject([{ phase: 'open', claimedBy: '甲' }])
  await writeFile(join(rules, 'load.yaml'), 'rules: []')
  await again.reload(
    `language: en\nprojects: {directory: ${directory}}\nrules: {pack: none, directory: ${rules}}`,
  )
  await expect
    .poll(async () => (await answerOf(again)).incidents)
    .toMatchObject([{ phase: 'awaitingAcceptance' }])
  const [waiting] = (await answerOf(again)).incidents
  const accepted = { kind: 'accepted', who: '用户', what: 'it works', incident: waiting?.id }
  expect(await post(again, accepted)).toMatchObject({ status: 201 })
  expect((await answerOf(again)).incidents).toEqual([])
})

const load = { measurement: 'system', field: 'load1', tags: {} }

async function sendLoad(harness: CollectorHarness, value: number): Promise<void> {
  using agent = await harness.join('db-1')
  agent.sendBatch(1, { timeMs: Date.now(), ageMs: 0, samples: [{ ...load, value }] })
  await agent.next('ack')
}

test('nobody who sets the wall clock makes the clocks of an incident jump', async () => {
  const rules = await rulesDirectory()
  let stepMs = 0
  const yaml = `language: en\nprojects: {directory: ${directory}}\nrules: {pack: none, directory: ${rules}}`
  await using harness = await CollectorHarness.start({
    yaml,
    directory: state,
    nowMs: () => Date.now() + stepMs,
  })
  stepMs = 2 * 3_600_000
  await sendLoad(harness, 5)
  await expect.poll(async () => (await answerOf(harness)).incidents).toHaveLength(1)
  const [incident] = (await answerOf(harness)).incidents
  expect(incident).toMatchObject({ clocks: [{ phase: 'running' }, {}] })
  expect(Math.abs(Date.parse(incident?.start ?? '') - Date.now())).toBeLessThan(60_000)
  const arrival = { kind: 'arrival', who: '甲', what: 'on site', incident: incident?.id }
  expect(await post(harness, arrival)).toMatchObject({ status: 201 })
  expect((await answerOf(harness)).incidents).toMatchObject([
    { clocks: [{ name: 'respond', phase: 'kept' }, {}] },
  ])
})

test('findings about a host of the project by its identity alone are those of the project', async () => {
  const rules = await rulesDirectory()
  const yaml = `language: en\nprojects: {directory: ${directory}}\nrules: {pack: none, directory: ${rules}}
hosts: [{name: db-9, project: clinic, role: db}]`
  await using harness = await CollectorHarness.start({ yaml, directory: state })
  await expect
    .poll(async () => harness.get('/api/v1/projects/clinic'))
    .toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ host: 'db-9' })]),
      differences: expect.arrayContaining([
        {
          host: 'db-9',
          expected: 'project: the file does not have it',
          seen: 'the collector\'s configuration says "clinic"',
        },
      ]),
    })
})

async function call(harness: CollectorHarness, method: string, path: string, body?: object) {
  const answer = await fetch(harness.url(path), {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  expect(answer.status).toBe(200)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a silence has one
  return (await answer.json()) as { readonly id: string }
}

test('who claims an alert has responded to its incident, also when giving it up again', async () => {
  await using harness = await start(await rulesDirectory())
  await sendLoad(harness, 5)
  const { alerts } = await harness.get<{ alerts: { rule: string; fingerprint: string }[] }>(
    '/api/v1/alerts',
  )
  const path = `/api/v1/alerts/${alerts.find(({ rule }) => rule === 'load')?.fingerprint}/ack`
  const claimed = { claimedBy: '甲', clocks: [{ name: 'respond', phase: 'kept' }, {}] }
  expect((await answerOf(harness)).incidents).toMatchObject([
    { clocks: [{ phase: 'running' }, {}] },
  ])
  await call(harness, 'POST', path, { by: '甲', note: '在看' })
  expect((await answerOf(harness)).incidents).toMatchObject([claimed])
  await call(harness, 'DELETE', path)
  expect((await answerOf(harness)).incidents).toMatchObject([claimed])
})

test('what is silenced when it fires is no incident until the silence ends, also over a restart', async () => {
  const rules = await rulesDirectory()
  const silence = {
    where: { host: 'db-1' },
    author: '甲',
    comment: '换盘',
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  }
  const id = await (async () => {
    await using harness = await start(rules)
    const made = await call(harness, 'POST', '/api/v1/silences', silence)
    await sendLoad(harness, 5)
    await expect
      .poll(async () => harness.get('/api/v1/alerts?held=true'))
      .toMatchObject({ alerts: [{ rule: 'load', held: 'silenced' }] })
    expect((await answerOf(harness)).incidents).toEqual([])
    return made.id
  })()
  await using harness = await start(rules)
  expect((await answerOf(harness)).incidents).toEqual([])
  await call(harness, 'DELETE', `/api/v1/silences/${id}`)
  await expect
    .poll(async () => (await answerOf(harness)).incidents, { timeout: 5_000 })
    .toMatchObject([{ phase: 'open', clocks: [{ name: 'respond', phase: 'running' }, {}] }])
})

test.each([
  [{ kind: 'inspection', who: '甲' }, 400, /what/],
  [
    { kind: 'inspektion', who: '甲', what: 'x' },
    400,
    /has no "inspektion"; expected one of inspection, claim/,
  ],
  [{ kind: 'inspection', who: '甲', what: 'x', at: 'yesterday' }, 400, /"yesterday" is no time/],
  [{ kind: 'inspection', who: '甲', what: 'x', at: '2199-01-01T00:00:00Z' }, 400, /is yet to come/],
  [{ kind: 'inspection', who: '甲', what: 'x', incident: 'y' }, 400, /is about none/],
  [{ kind: 'arrival', who: '甲', what: 'x' }, 400, /is about one/],
  [{ kind: 'arrival', who: '甲', what: 'x', incident: 'y' }, 404, /has no incident "y"/],
  [{ kind: 'inspection', who: '甲', what: 'x', cancels: 7 }, 404, /has no record 7/],
  [{ kind: 'inspection', who: '甲', what: 'x'.repeat(5000) }, 400, /what/],
])('a record is refused: %o', async (body, status, detail) => {
  await using harness = await start(await rulesDirectory())
  const answer = await post(harness, body)
  expect(answer.status).toBe(status)
  expect(answer.body['detail']).toMatch(detail)
})

test('a project that there is not', async () => {
  await using harness = await start(await rulesDirectory())
  const said = { kind: 'inspection', who: '甲', what: 'x' }
  expect(await post(harness, said, 'other')).toMatchObject({ status: 404 })
})

interface Told {
  readonly people: readonly string[]
  readonly occasion: string
}

test("a notice names who is on duty, an escalation whom the project's chain names", async () => {
  const chain = 'chain: [{name: {zh: 一级, en: first}, who: [b]}]'
  await writeFile(
    join(directory, 'clinic.yaml'),
    projectYaml(
      PROJECT.replace("phone: '110'}", "phone: '110'}, {id: b, name: 乙, phone: '120'}").concat(
        `\n  escalation: {levels: {value: 1, clause: S08}, ${chain}}`,
      ),
    ),
  )
  await using hook = await startWebhookServer()
  const rules = await rulesDirectory()
  const channel = `{name: duty, type: http, url: "${hook.url}", body: {people: '{{people}}', occasion: '{{occasion}}'}}`
  const yaml = `projects: {directory: ${directory}}
rules: {pack: none, directory: ${rules}}
notify:
  digestAfter: 0s
  channels: [${channel}]
  route: {escalation: [{after: 1s, channels: [duty]}]}`
  await using harness = await CollectorHarness.start({ yaml, directory: state })
  await sendLoad(harness, 5)
  const told = (occasion: string) => async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the body above
    const all = hook.hits.map(({ body }) => JSON.parse(body) as Told)
    return all.find((one) => one.occasion === occasion && one.people.length > 0)?.people
  }
  await expect.poll(told('news'), { timeout: 5_000 }).toEqual(['甲'])
  await expect.poll(told('escalation'), { timeout: 20_000 }).toEqual(['乙', '甲'])
}, 40_000)

test('a maintenance window goes by the working days of the site, also when they are read again', async () => {
  const rules = await rulesDirectory()
  const day = (offset: number) =>
    new Date(Date.now() + 8 * 3_600_000 + offset * 86_400_000).toISOString().slice(0, 10)
  const yaml = (kind: string) => `projects: {directory: ${directory}}
rules: {pack: none, directory: ${rules}}
calendar: {days: [${[-1, 0, 1].map((offset) => `{day: ${day(offset)}, kind: ${kind}}`).join(', ')}]}
notify:
  digestAfter: 0s
  maintenance: [{name: 割接, where: {host: db-1}, cron: '* * * * *', duration: 1h, days: workday}]`
  await using harness = await CollectorHarness.start({ yaml: yaml("'off'"), directory: state })
  await sendLoad(harness, 5)
  const held = () => harness.get('/api/v1/alerts?held=true&rule=load')
  expect(await held()).toEqual({ alerts: [] })
  await harness.reload(yaml('work'))
  await expect
    .poll(held, { timeout: 5_000 })
    .toMatchObject({ alerts: [{ rule: 'load', held: 'maintenance' }] })
})
