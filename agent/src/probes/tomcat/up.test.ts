import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { LOGON_PAGE, StandInTomcat } from '../../testing/stand-in-tomcat.ts'
import { openTomcatSource } from '../../testing/open-tomcat-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import up from './up.ts'

describeProbe(up, { open: () => openOlderTomcat() })

test('version and uptime; the version is told when it changes and once a day', async () => {
  await using opened = await openOlderTomcat()
  const first = await sampleOnce(up, opened.session)
  expect(first.documents).toEqual([
    {
      name: 'tomcat_version:app1',
      keep: 'history',
      body: {
        version: 'Apache Tomcat/8.5.100',
        jvm: '1.8.0_402-b06',
        jvmVendor: 'Temurin',
        os: 'Linux',
        osVersion: '3.10.0',
        architecture: 'amd64',
      },
    },
  ])
  expect(first.samples.at(-1)?.fields).toEqual({ manager_error_code: 0, uptime_seconds: 3600.5 })
  const second = await sampleOnce(up, opened.session, { memory: first.memory, monotonicMs: 15_000 })
  expect(second.documents).toEqual([])
  const nextDay = await sampleOnce(up, opened.session, {
    memory: second.memory,
    monotonicMs: 86_400_000,
  })
  expect(nextDay.documents.length).toBe(1)
})

test('an MBean that fails costs its own number alone, and is remarked', async () => {
  await using standIn = await StandInTomcat.open({
    '/': 'up',
    '/manager/status': LOGON_PAGE,
    '/manager/jmxproxy/?get=java.lang:type=Runtime&att=Uptime': { status: 500 },
  })
  await using opened = await openTomcatSource({
    connect: standIn.url,
    user: 'jmx',
    password: 'geheim',
    jmx: true,
  })
  const { samples, remarks } = await sampleOnce(up, opened.session)
  expect(samples.map(({ fields }) => fields)).toMatchObject([
    { up: 1, error_code: 0, http_status: 200 },
    { manager_error_code: 0, uptime_seconds: undefined },
  ])
  expect(remarks).toMatchObject([
    { en: expect.stringContaining('tomcat.up.uptime failed: HTTP 500') },
  ])
})

test('without a manager that answers, page and port are told and why it does not', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'up' })
  await using opened = await openTomcatSource({ connect: standIn.url, user: 'jmx', password: 'x' })
  const { samples, documents } = await sampleOnce(up, opened.session)
  expect(samples.map(({ fields }) => fields)).toMatchObject([
    { up: 1, port_open: 1 },
    { manager_error_code: 9 },
  ])
  expect(documents).toEqual([])
})
