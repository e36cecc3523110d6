import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { TomcatLogBench } from '../../testing/tomcat-logs.ts'
import accessLog from './access-log.ts'

const FILE = 'localhost_access_log.2026-11-22.txt'
const line = (status: number, bytes: number | '-', rest = '') =>
  `10.0.0.1 - - [22/Nov/2026:10:11:12 +0800] "GET /a?p="b" HTTP/1.1" ${status} ${bytes}${rest}\n`.replace(
    '="b"',
    '=b',
  )

describeProbe(accessLog, { open: () => TomcatLogBench.open({ [FILE]: line(200, 1) }) })

function row({ samples }: SampledRun, status: string) {
  return samples.find(({ tags }) => tags['status'] === status)?.fields
}

/** Two runs, as the last line is counted when nothing follows it. */
async function sample(at: TomcatLogBench, options = {}): Promise<SampledRun> {
  await sampleOnce(accessLog, at.session, { options })
  return sampleOnce(accessLog, at.session, { options })
}

test('counts requests and bytes by class of status, from now on', async () => {
  await using at = await TomcatLogBench.open({ [FILE]: line(200, 999) })
  await sample(at)
  await at.logs.append(
    FILE,
    line(200, 10) + line(204, '-') + line(302, 5) + line(404, 7) + line(500, 1) + line(503, 2),
  )
  await at.logs.append(FILE, 'rubbish\n')
  const run = await sample(at)
  expect(row(run, '2xx')).toEqual({
    requests_total: 2,
    bytes_total: 10,
    duration_ms_total: undefined,
  })
  expect(row(run, '5xx')).toMatchObject({ requests_total: 2, bytes_total: 3 })
  expect(row(run, '1xx')).toMatchObject({ requests_total: 0 })
  const whole = run.samples.find(({ measurement }) => measurement === 'tomcat_access_log')
  expect(whole).toMatchObject({
    tags: { instance: 'his', file: at.logs.path('localhost_access_log.*.txt') },
    fields: { lag_bytes: 0, lines_total: 7, unparsed_lines_total: 1 },
  })
})

const server = (valve: string) =>
  `<Server><!-- <Valve className="org.apache.catalina.valves.AccessLogValve" prefix="not_this" pattern="common"/> -->
  <Host><Valve className="org.apache.catalina.valves.AccessLogValve" ${valve} /></Host></Server>`
const TIMED = 'prefix="his" suffix=".log" pattern="%h %l %u %t &quot;%r&quot; %s %b %D"'

test.each([
  { major: 10, options: {}, ms: 1.5 },
  { major: 9, options: {}, ms: 1500 },
  { major: undefined, options: {}, ms: undefined },
  { major: undefined, options: { durationUnit: 'us' }, ms: 1.5 },
])('takes %D of Tomcat $major as its version and $options say', async ({ major, options, ms }) => {
  const files = { 'conf/server.xml': server(TIMED), 'logs/his.2026-11-22.log': '' }
  await using at = await TomcatLogBench.open(files, { atBase: true })
  at.major = major
  await sample(at, options)
  await at.logs.append('logs/his.2026-11-22.log', line(200, 1, ' 1500'))
  expect(row(await sample(at, options), '2xx')).toMatchObject({
    requests_total: 1,
    duration_ms_total: ms,
  })
})

test('goes on in the next day’s file', async () => {
  await using at = await TomcatLogBench.open({ [FILE]: '' })
  await sample(at)
  await at.logs.append(FILE, line(200, 1))
  await at.logs.create(FILE.replace('22', '23'), line(200, 2))
  await sample(at)
  expect(row(await sample(at), '2xx')).toMatchObject({ requests_total: 2, bytes_total: 3 })
})

test('says so where it can’t read server.xml or its pattern, and has then no data or the default', async () => {
  await using unread = await TomcatLogBench.open({ [`logs/${FILE}`]: '' }, { atBase: true })
  const run = await sample(unread)
  expect(run.remarks[0]?.en).toContain('conf/server.xml can’t be read'.replace('’', "'"))
  expect(row(run, '2xx')).toMatchObject({ requests_total: 0 })
  const files = { 'conf/server.xml': server('pattern="%h%s"'), 'logs/access_log.2026-11-22': '' }
  await using odd = await TomcatLogBench.open(files, { atBase: true })
  await expect(sample(odd)).rejects.toThrow(NoDataError)
})

test('puts no address and no URL into a series', async () => {
  await using at = await TomcatLogBench.open({ [FILE]: '' })
  await sample(at)
  await at.logs.append(FILE, line(200, 1))
  expect(JSON.stringify((await sample(at)).samples)).not.toMatch(/10\.0\.0\.1|GET|\/a\?/)
})
