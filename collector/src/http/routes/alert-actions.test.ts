import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CollectorHarness } from '../../testing/collector-harness.ts'

const RULES = `rules:
  - id: busy
    name: {zh: 繁忙, en: Busy}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    warning: {above: 50, for: 0s}
    summary: {zh: 忙, en: busy}
`

/** What the tests look at of the answers. */
interface Answer {
  readonly alerts: readonly { readonly fingerprint: string }[]
  readonly decisions: readonly unknown[]
  readonly id: string
  readonly code: string
  readonly detail: string
  readonly warnings: readonly string[]
}

async function read(harness: CollectorHarness, path: string): Promise<Answer> {
  return harness.get<Answer>(path)
}

async function startSite() {
  const directory = await mkdtemp(join(tmpdir(), 'alert-actions-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  await writeFile(join(rules, 'site.yaml'), RULES)
  const yaml = `rules: {directory: ${rules}, pack: none}`
  return { directory, yaml }
}

async function fireOne(harness: CollectorHarness): Promise<string> {
  using agent = await harness.join('db1')
  const sample = { measurement: 'cpu', tags: { cpu: 'cpu-total' }, field: 'usage_active' }
  agent.sendBatch(1, { samples: [{ ...sample, value: 60 }] })
  await agent.next('ack')
  const { alerts } = await read(harness, '/api/v1/alerts')
  return alerts[0]?.fingerprint ?? ''
}

async function call(harness: CollectorHarness, method: string, path: string, body?: unknown) {
  const answer = await fetch(harness.url(path), {
    method,
    headers: {
      'Accept-Language': 'en',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tests check what they use
  return { status: answer.status, body: (await answer.json()) as Answer }
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

test('a claim is shown, survives a restart, and can be given up', async () => {
  const site = await startSite()
  let path = ''
  {
    await using harness = await CollectorHarness.start(site)
    path = `/api/v1/alerts/${await fireOne(harness)}/ack`
    expect((await call(harness, 'POST', path, { by: ' 王工 ', note: '在看' })).status).toBe(200)
  }
  await using harness = await CollectorHarness.start(site)
  expect(await harness.get('/api/v1/alerts?claimed=true')).toMatchObject({
    alerts: [{ rule: 'busy', claimedBy: '王工', claimNote: '在看' }],
  })
  expect(await harness.get('/api/v1/alerts?claimed=false')).toEqual({ alerts: [] })
  expect((await call(harness, 'DELETE', path)).status).toBe(200)
  expect(await call(harness, 'DELETE', path)).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND' },
  })
})

test('what somebody else has is taken over only when that is said', async () => {
  await using harness = await CollectorHarness.start(await startSite())
  const alert = `/api/v1/alerts/${await fireOne(harness)}`
  const claim = (body: object) => call(harness, 'POST', `${alert}/ack`, body)
  expect((await claim({ by: '王工' })).status).toBe(200)
  expect((await claim({ by: '王工', note: ' 在看 ' })).status).toBe(200)
  const refused = await claim({ by: '李工' })
  expect(refused).toMatchObject({ status: 409, body: { code: 'ALREADY_CLAIMED' } })
  expect(refused.body.detail).toContain('王工 has claimed this alert')
  expect((await claim({ by: '李工', note: '换班', takeOver: true })).status).toBe(200)
  expect(await harness.get('/api/v1/alerts')).toMatchObject({
    alerts: [{ claimedBy: '李工', claimNote: '换班', claimedFrom: '王工' }],
  })
  const { decisions } = await read(harness, `${alert}/decisions`)
  expect(decisions).toContainEqual(
    expect.objectContaining({ code: 'takenOver', by: '李工', from: '王工' }),
  )
})

test('a silence may last a year, and one of its conditions may fit what has no such label', async () => {
  await using harness = await CollectorHarness.start(await startSite())
  const made = await call(harness, 'POST', '/api/v1/silences', {
    where: { host: 'db1', severity: '!critical' },
    author: ' 王工 ',
    comment: ' 换盘\n',
    endsAt: inDays(365.9),
  })
  expect(made).toMatchObject({ status: 200, body: { author: '王工', comment: '换盘' } })
})

test('a host that nobody has heard of is silenced with a warning: it may come yet', async () => {
  const site = await startSite()
  const yaml = `${site.yaml}\nhosts: [{name: db1}]`
  await using harness = await CollectorHarness.start({ ...site, yaml })
  const warningsOf = async (where: object) => {
    const silence = { where, author: '王工', comment: '换盘', endsAt: inAnHour() }
    const { status, body } = await call(harness, 'POST', '/api/v1/silences', silence)
    expect(status).toBe(200)
    return body.warnings
  }
  expect(await warningsOf({ host: ['db11', '~^web'] })).toEqual([
    expect.stringMatching(/no host or device is called "db11" as yet.*did you mean "db1"\?$/),
  ])
  expect(await warningsOf({ host: 'db1' })).toEqual([])
})

test('why an alert was not told can be read', async () => {
  await using harness = await CollectorHarness.start(await startSite())
  const fingerprint = await fireOne(harness)
  const path = `/api/v1/alerts/${fingerprint}/decisions`
  await expect.poll(async () => (await read(harness, path)).decisions.length).toBeGreaterThan(0)
  expect((await read(harness, path)).decisions[0]).toMatchObject({ fingerprint, channels: [] })
})

test.each([3_600_000, -3_600_000])(
  'a silence goes by the clock that people see, also where that was set by %d ms',
  async (setMs) => {
    let shiftMs = 0
    const nowMs = () => Date.now() + shiftMs
    const site = await startSite()
    await using harness = await CollectorHarness.start({
      ...site,
      yaml: `${site.yaml}\nnotify: {digestAfter: 0s}`,
      nowMs,
    })
    await fireOne(harness)
    shiftMs = setMs
    const endsAt = new Date(nowMs() + 60_000).toISOString()
    const where = { host: 'db1' }
    const made = await call(harness, 'POST', '/api/v1/silences', {
      where,
      author: '王工',
      comment: '换盘',
      endsAt,
    })
    expect(made).toMatchObject({ status: 200, body: { endsAt } })
    expect(await harness.get('/api/v1/silences')).toMatchObject({ silences: [{ endsAt }] })
    const shown = () => read(harness, '/api/v1/alerts')
    await expect.poll(shown).toMatchObject({ alerts: [{ held: 'silenced' }] })
    const ended = await call(harness, 'DELETE', `/api/v1/silences/${made.body.id}`)
    expect(ended.status).toBe(200)
    await expect.poll(shown).toMatchObject({ alerts: [{ held: null }] })
  },
)

test('a silence holds an alert until it is ended', async () => {
  const site = await startSite()
  const id = await (async () => {
    await using harness = await CollectorHarness.start({
      ...site,
      yaml: `${site.yaml}\nnotify: {digestAfter: 0s}`,
    })
    const where = { host: 'db1', alertname: ['busy', '~^cpu'] }
    const made = await call(harness, 'POST', '/api/v1/silences', {
      where,
      author: '王工',
      comment: '换盘',
      endsAt: inAnHour(),
    })
    expect(made).toMatchObject({ status: 200, body: { state: 'active', where } })
    await fireOne(harness)
    expect(await harness.get('/api/v1/alerts?held=true')).toMatchObject({
      alerts: [{ held: 'silenced', silencedBy: made.body.id }],
    })
    return made.body.id
  })()
  await using harness = await CollectorHarness.start(site)
  expect(await harness.get('/api/v1/silences')).toMatchObject({
    silences: [{ id, author: '王工' }],
  })
  const ended = await call(harness, 'DELETE', `/api/v1/silences/${id}`)
  expect(ended).toMatchObject({ status: 200, body: { state: 'expired' } })
  expect((await call(harness, 'DELETE', '/api/v1/silences/none')).status).toBe(404)
})

describe('what a request gets wrong is said', () => {
  const silence = { where: { host: 'db1' }, author: 'a', comment: 'c' }
  const SILENCES = '/api/v1/silences'
  const ACK = '/api/v1/alerts/0123456789abcdef/ack'
  const refused: { note: string; path: string; body: () => unknown; says: string }[] = [
    {
      note: 'a label that no alert has',
      path: SILENCES,
      body: () => ({ ...silence, where: { hots: 'db1' }, endsAt: inAnHour() }),
      says: 'did you mean "host"',
    },
    {
      note: 'a rule that there is not',
      path: SILENCES,
      body: () => ({ ...silence, where: { alertname: 'busi' }, endsAt: inAnHour() }),
      says: 'where.alertname: there is no rule "busi"; did you mean "busy"?',
    },
    {
      note: 'an expression that fits the id of no rule',
      path: SILENCES,
      body: () => ({ ...silence, where: { alertname: '~^bussy' }, endsAt: inAnHour() }),
      says: '"^bussy" fits the id of no rule',
    },
    {
      note: 'no condition',
      path: SILENCES,
      body: () => ({ ...silence, where: {}, endsAt: inAnHour() }),
      says: 'without a condition',
    },
    ...[
      { port: '~.*' },
      { port: '!x' },
      { port: '~' },
      { port: ['~.*|a'] },
      { port: '', host: '!~x' },
    ].map((where) => ({
      note: `conditions that fit what has no such label: ${JSON.stringify(where)}`,
      path: SILENCES,
      body: () => ({ ...silence, where, endsAt: inAnHour() }),
      says: 'also fits alerts without its label',
    })),
    {
      note: 'an end in more than a year',
      path: SILENCES,
      body: () => ({ ...silence, endsAt: inDays(366.1) }),
      says: 'endsAt: must be at most 366 days ahead',
    },
    {
      note: 'a blank author',
      path: SILENCES,
      body: () => ({ ...silence, author: ' \u3000', endsAt: inAnHour() }),
      says: 'author: must not be blank',
    },
    {
      note: 'a blank comment',
      path: SILENCES,
      body: () => ({ ...silence, comment: '\n', endsAt: inAnHour() }),
      says: 'comment: must not be blank',
    },
    {
      note: 'a claim by blanks',
      path: ACK,
      body: () => ({ by: '  ' }),
      says: 'by: must not be blank',
    },
    {
      note: 'a broken expression',
      path: SILENCES,
      body: () => ({ ...silence, where: { host: '~(' }, endsAt: inAnHour() }),
      says: "can't be read",
    },
    {
      note: 'an expression that back-tracks',
      path: SILENCES,
      body: () => ({ ...silence, where: { host: '~^(a+)+$' }, endsAt: inAnHour() }),
      says: 'back-tracks',
    },
    {
      note: 'an end before the start',
      path: SILENCES,
      body: () => ({ ...silence, startsAt: inAnHour(), endsAt: 'now' }),
      says: 'ends before it begins',
    },
    {
      note: 'an end that is over',
      path: SILENCES,
      body: () => ({ ...silence, startsAt: '-2h', endsAt: '-1h' }),
      says: 'is over',
    },
    { note: 'no end', path: SILENCES, body: () => silence, says: '"endsAt" is missing' },
    {
      note: 'a time that is none',
      path: SILENCES,
      body: () => ({ ...silence, endsAt: 'tomorrow' }),
      says: 'endsAt: "tomorrow" is no time',
    },
    {
      note: 'a member that there is not',
      path: SILENCES,
      body: () => ({ ...silence, endAt: inAnHour() }),
      says: 'did you mean "endsAt"',
    },
    {
      note: 'a comment that is too long',
      path: SILENCES,
      body: () => ({ ...silence, comment: '换'.repeat(1001), endsAt: inAnHour() }),
      says: 'at most 1000 characters',
    },
    { note: 'a claim by nobody', path: ACK, body: () => ({ by: '' }), says: 'must not be empty' },
    {
      note: 'a claim of what does not fire',
      path: ACK,
      body: () => ({ by: 'a' }),
      says: 'No alert that fires',
    },
    {
      note: 'a label with 64 kB',
      path: SILENCES,
      body: () => ({ ...silence, where: { host: 'x'.repeat(65_536) }, endsAt: inAnHour() }),
      says: '',
    },
  ]

  test('each with its own words', async () => {
    await using harness = await CollectorHarness.start(await startSite())
    for (const { note, path, body, says } of refused) {
      const answer = await call(harness, 'POST', path, body())
      expect([400, 404, 413], note).toContain(answer.status)
      expect(answer.body.detail, note).toContain(says)
      expect(answer.body.code, note).toBeTypeOf('string')
    }
    expect(await harness.get(SILENCES)).toEqual({ silences: [] })
  })
})
