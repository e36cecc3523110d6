import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openTomcatSource, type OpenedTomcat } from '../../testing/open-tomcat-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import config from './config.ts'

const DAY = 86_400_000

async function makeBase(): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'wardround-config-'))
  await mkdir(join(base, 'conf'))
  await writeFile(
    join(base, 'conf/server.xml'),
    '<Server><Connector keystorePass="geheim"/></Server>',
  )
  return base
}

/** No Tomcat is asked: the files alone. */
function open(catalinaBase: string): Promise<OpenedTomcat> {
  return openTomcatSource({ connect: 'http://127.0.0.1:1', catalinaBase })
}

describeProbe(config, { open: async () => open(await makeBase()) })

test('tells the files when they change, and once a day', async () => {
  const base = await makeBase()
  await using opened = await open(base)
  const first = await sampleOnce(config, opened.session)
  expect(first.documents).toEqual([
    {
      name: 'tomcat_config:app1',
      keep: 'history',
      body: {
        files: [
          {
            file: 'conf/server.xml',
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
            text: '<Server><Connector keystorePass="***"/></Server>',
            truncated: false,
          },
        ],
        unreadable: [],
        jvmArguments: null,
      },
    },
  ])
  const second = await sampleOnce(config, opened.session, {
    memory: first.memory,
    monotonicMs: DAY / 4,
  })
  expect(second.documents).toEqual([])
  await writeFile(join(base, 'conf/server.xml'), '<Server><Connector port="8081"/></Server>')
  const changed = await sampleOnce(config, opened.session, {
    memory: second.memory,
    monotonicMs: DAY / 2,
  })
  expect(changed.documents.length).toBe(1)
  const nextDay = await sampleOnce(config, opened.session, {
    memory: changed.memory,
    monotonicMs: DAY * 1.5,
  })
  expect(nextDay.documents.length).toBe(1)
})

test('a file that can’t be read is remarked with the cure, and the others are told', async () => {
  const base = await makeBase()
  await mkdir(join(base, 'conf/web.xml'))
  await using opened = await open(base)
  const { documents, remarks } = await sampleOnce(config, opened.session)
  expect(documents).toMatchObject([
    { body: { files: [{ file: 'conf/server.xml' }], unreadable: [{ file: 'conf/web.xml' }] } },
  ])
  expect(remarks).toMatchObject([
    {
      en: expect.stringContaining('usermod -aG tomcat'),
      zh: expect.stringContaining('usermod -aG tomcat'),
    },
  ])
})

test('without catalinaBase there is nothing to tell', async () => {
  await using opened = await openTomcatSource({ connect: 'http://127.0.0.1:1' })
  await expect(sampleOnce(config, opened.session)).rejects.toMatchObject({ name: 'NoDataError' })
})
