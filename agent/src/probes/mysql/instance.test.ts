import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MARIADB_10_4, MYSQL_8_4, shownRows } from '../../testing/mysql-answers.ts'
import instance from './instance.ts'

const SETTINGS = {
  read_only: 1,
  super_read_only: 1,
  host_name: 'db1',
  port: 3306,
  server_id: 7,
  server_uuid: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
  data_directory: '/var/lib/mysql/',
  os: 'Linux',
  machine: 'x86_64',
  log_bin: 1,
  character_set: 'utf8mb4',
}

function answering(settings: object, uptime = '86400', facts = MYSQL_8_4) {
  return new AnsweringSession(facts, {
    'mysql.instance.uptime': shownRows({ Uptime: uptime }),
    'mysql.instance.settings': [{ ...SETTINGS, ...settings }],
  })
}

test('gives uptime and both read-only switches, and what the server is as a document', async () => {
  const { samples, documents } = await sampleOnce(instance, answering({}))
  expect(samples[0]?.fields).toEqual({ uptime_seconds: 86_400, read_only: 1, super_read_only: 1 })
  expect(documents).toEqual([
    {
      name: 'mysql_instance:hcdb1',
      keep: 'history',
      body: {
        version: 'MySQL 8.4.3',
        flavour: 'mysql',
        hostName: 'db1',
        port: 3306,
        serverId: 7,
        serverUuid: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
        dataDirectory: '/var/lib/mysql/',
        os: 'Linux',
        machine: 'x86_64',
        characterSet: 'utf8mb4',
        binaryLog: true,
      },
    },
  ])
})

test.each([
  [0, 0],
  ['OFF', 0],
  [1, 1],
  ['ON', 1],
  ['NO_LOCK_NO_ADMIN', 1],
  [null, undefined],
])('read_only %s is %s', async (written, value) => {
  const session = answering({ read_only: written, super_read_only: null }, '1', MARIADB_10_4)
  const { samples } = await sampleOnce(instance, session)
  expect(samples[0]?.fields).toEqual({
    uptime_seconds: 1,
    read_only: value,
    super_read_only: undefined,
  })
})

test('sends the document when it has changed, and once a day', async () => {
  const first = await sampleOnce(instance, answering({}))
  const later = { memory: first.memory, monotonicMs: 30_000 }
  expect((await sampleOnce(instance, answering({}), later)).documents).toEqual([])
  expect(
    (await sampleOnce(instance, answering({ host_name: 'db2' }), later)).documents,
  ).toHaveLength(1)
  const nextDay = { memory: first.memory, monotonicMs: 86_400_000 }
  expect((await sampleOnce(instance, answering({}), nextDay)).documents).toHaveLength(1)
})

test('an uptime that is no number is told with its name', async () => {
  await expect(sampleOnce(instance, answering({}, 'long'))).rejects.toThrow(
    'column Uptime is "long", expected a number',
  )
})
