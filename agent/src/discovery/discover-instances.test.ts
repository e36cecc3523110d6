import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pickText, type LocalizedText } from '@wardround/program'
import { describe, expect, test } from 'vitest'

import { readConfiguration } from '../commands/configuration.ts'
import { describeMachine } from '../commands/discover.ts'
import { findPostgresql as findPrograms, PostgresqlServer } from '../testing/postgresql-server.ts'
import { MariadbServer, NO_MARIADB } from '../testing/mariadb-server.ts'
import { ProcTree } from '../testing/proc-tree.ts'
import { hasTomcat, TomcatServer } from '../testing/tomcat-server.ts'
import { discoverInstances } from './discover-instances.ts'
import { MachineView } from './machine-view.ts'
import { SOURCES } from '../probes.gen.ts'

/** What every host has, found or not. */
const ALWAYS = SOURCES.filter(({ always }) => always === true).map(({ type }) => type)

const TCP_HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

/** A line of /proc/net/tcp for a listening socket. */
const listening = (address: string, port: number, uid: number, inode: number) =>
  `   0: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ${uid} 0 ${inode} 1 0 100 0 0 10 0\n`

/** A machine with these processes and files, without anybody's sockets. */
async function machineWith(
  processes: readonly { pid: number; commandLine: readonly string[]; userId?: number }[],
  files: Readonly<Record<string, string>> = {},
): Promise<ProcTree> {
  const tree = await ProcTree.create()
  await tree.writeProcess({ pid: 1, commandLine: ['/sbin/init'], descriptors: 0 })
  for (const process of processes) await tree.writeProcess({ descriptors: 0, ...process })
  for (const [path, text] of Object.entries(files)) await tree.write(path, text)
  return tree
}

function discoverAt(tree: ProcTree) {
  const { instances, asides } = discoverInstances(new MachineView(tree.root))
  return {
    entries: instances.map(({ type, instance, connect, options }) => ({
      type,
      instance,
      connect,
      ...options,
    })),
    notes: instances.flatMap(({ notes }) => notes.map(({ en }) => en)),
    asides: asides.map(({ en }) => en),
  }
}

describe('Oracle', () => {
  test('gives each pmon process an entry, with the port that its listener is seen to have', async () => {
    await using tree = await machineWith(
      [
        { pid: 100, commandLine: ['ora_pmon_hcdb1'] },
        { pid: 101, commandLine: ['asm_pmon_+ASM1'] },
        { pid: 102, commandLine: ['mdb_pmon_-MGMTDB'] },
        { pid: 103, commandLine: ['ora_smon_hcdb1'] },
        { pid: 200, commandLine: ['/u01/grid/bin/tnslsnr', 'LISTENER', '-inherit'] },
      ],
      {
        '/proc/net/tcp':
          TCP_HEAD + listening('00000000', 1522, 0, 77) + listening('0100007F', 5999, 0, 78),
        '/etc/oratab':
          '# comment\nhcdb1:/u01/app/oracle/product/19.3/db:N\nold:/u01/app/oracle/product/11.2.0/db:N\n+ASM1:/u01/grid:N\n',
      },
    )
    await mkdir(join(tree.root, 'proc/200/fd'))
    await symlink('socket:[77]', join(tree.root, 'proc/200/fd/9'))
    const { entries, asides } = discoverAt(tree)
    expect(entries).toEqual([
      { type: 'oracle', instance: 'hcdb1', connect: '127.0.0.1:1522:hcdb1' },
    ])
    expect(asides.join('\n')).toMatch(/ASM1.*\n.*MGMTDB.*\n.*old.*does not run/)
  })

  test('takes thick mode for 11g, and 1521 with a remark where no listener is seen', async () => {
    await using tree = await machineWith([{ pid: 100, commandLine: ['ora_pmon_old'] }], {
      '/etc/oratab': 'old:/u01/app/oracle/product/11.2.0/db:N\n',
    })
    const { entries, notes } = discoverAt(tree)
    expect(entries).toEqual([
      { type: 'oracle', instance: 'old', connect: '127.0.0.1:1521:old', mode: 'thick' },
    ])
    expect(notes.join('\n')).toMatch(/1521 is the default.*\n.*Instant Client 19/)
  })
})

describe('PostgreSQL', () => {
  const first = (...words: string[]) => [
    { pid: 300, commandLine: ['/usr/lib/postgresql/15/bin/postgres', ...words] },
  ]

  test.each([
    {
      note: 'postmaster.pid',
      processes: first('-D', '/data'),
      files: { '/data/postmaster.pid': '300\n/data\n1\n5433\n/run/pg\nlocalhost\n' },
      connect: '/run/pg:5433',
    },
    {
      note: 'a postmaster.pid without sockets',
      processes: first('-D', '/data'),
      files: { '/data/postmaster.pid': '300\n/data\n1\n5433\n\n10.0.0.5\n' },
      connect: '10.0.0.5:5433',
    },
    {
      note: 'the command line',
      processes: first('-D/data', '-p', '5434', '-k', '/run/a'),
      files: {},
      connect: '/run/a:5434',
    },
    {
      note: 'the configuration of Debian',
      processes: first('-D', '/data', '-c', 'config_file=/etc/pg.conf'),
      files: {
        '/etc/pg.conf': "#port = 1\nport = 5435 # x\nunix_socket_directories = '/run/b, /tmp'\n",
      },
      connect: '/run/b:5435',
    },
    {
      note: 'the only socket',
      processes: first('-D', '/data'),
      files: {
        '/proc/net/unix':
          'Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 27210 /run/c/.s.PGSQL.5436\n',
      },
      connect: '/run/c:5436',
    },
    {
      note: 'nothing',
      processes: first('-D', '/data'),
      files: { '/data/postmaster.pid': '999\nstale\n1\n1\n' },
      connect: '127.0.0.1:5432',
    },
  ])('takes its port from $note', async ({ processes, files, connect }) => {
    await using tree = await machineWith(
      [...processes, { pid: 301, commandLine: ['postgres: checkpointer'] }],
      files,
    )
    expect(discoverAt(tree).entries).toEqual([
      { type: 'postgresql', instance: `pg${connect.split(':').at(-1)}`, connect },
    ])
  })
})

describe('MySQL and MariaDB', () => {
  test.each([
    [['/usr/sbin/mysqld', '--socket=/run/m.sock', '--port=3307'], '/run/m.sock', 'mysql3307'],
    [['/usr/sbin/mariadbd', '--datadir=/d', '--socket', 's.sock'], '/d/s.sock', 'mysql3306'],
    [['/usr/sbin/mysqld', '--port', '3308'], '127.0.0.1:3308', 'mysql3308'],
    [['/usr/sbin/mysqld'], '127.0.0.1:3306', 'mysql3306'],
  ])('%s', async (commandLine, connect, instance) => {
    await using tree = await machineWith([{ pid: 400, commandLine }])
    expect(discoverAt(tree).entries).toEqual([{ type: 'mysql', instance, connect }])
  })

  test('gives two servers two names', async () => {
    const commandLine = ['/usr/sbin/mysqld']
    await using tree = await machineWith([
      { pid: 400, commandLine },
      { pid: 401, commandLine },
    ])
    const text = describeMachine(new MachineView(tree.root), ({ en }) => en, 'host')
    expect(text).toMatch(/instance: mysql3306\n[^]*instance: mysql3306-2\n/)
  })
})

describe('Tomcat', () => {
  const java = (...words: string[]) => [
    {
      pid: 500,
      commandLine: ['/usr/bin/java', '-Dport.http=8081', '-Dcatalina.base=/opt/his/', ...words],
    },
  ]

  test('takes its plain connector from server.xml, with the JVM’s properties', async () => {
    await using tree = await machineWith(java('org.apache.catalina.startup.Bootstrap'), {
      '/opt/his/conf/server.xml': `<!-- <Connector port="1"/> --><Connector port="8009" protocol="AJP/1.3"/>
        <Connector SSLEnabled="true" port="8443"/><Connector port="\${port.http}" protocol="HTTP/1.1"/>`,
    })
    const entry = {
      type: 'tomcat',
      instance: 'his',
      connect: 'http://127.0.0.1:8081',
      catalinaBase: '/opt/his',
    }
    expect(discoverAt(tree).entries).toEqual([entry])
  })

  test('says so where server.xml can’t be read', async () => {
    await using tree = await machineWith(java())
    const { entries, notes } = discoverAt(tree)
    expect(entries[0]?.connect).toBe('http://127.0.0.1:8080')
    expect(notes[0]).toContain('/opt/his/conf/server.xml can’t be read')
  })
})

test('finds nothing where nothing is, and says so', async () => {
  await using tree = await machineWith([
    { pid: 2, commandLine: ['grep', 'ora_pmon_x'] },
    { pid: 3, commandLine: ['java', '-jar', 'x.jar'] },
    { pid: 4, commandLine: [] },
  ])
  const text = describeMachine(
    new MachineView(tree.root),
    (texts) => pickText(texts, 'zh-CN'),
    'host',
  )
  expect(text).toBe('# 本机没有找到正在运行的 Oracle、PostgreSQL、MySQL/MariaDB 或 Tomcat (host)\n')
})

test.each(['en', 'zh-CN'] as const)(
  'prints YAML that check-config takes, whatever names are found (%s)',
  async (language) => {
    await using tree = await machineWith(
      [
        { pid: 10, commandLine: ['ora_pmon_a'] },
        { pid: 11, commandLine: ['ora_pmon_b#$'] },
        { pid: 12, commandLine: ['/x/postgres', '-D', '/data: {a}\n- b'] },
        { pid: 13, commandLine: ['mysqld', '--socket=/run/with space # x.sock'] },
        { pid: 14, commandLine: ['java', '-Dcatalina.base=/opt/数据 "库"'] },
        { pid: 15, commandLine: ['java', '-Dcatalina.base=/opt/true'] },
      ],
      { '/opt/true/conf/server.xml': '<Connector port="8081" protocol="HTTP/1.1"/>' },
    )
    const say = (texts: LocalizedText) => pickText(texts, language)
    const yaml = describeMachine(new MachineView(tree.root), say, 'host')
    const directory = await mkdtemp(join(tmpdir(), 'discover-'))
    try {
      const file = join(directory, 'agent.yaml')
      await writeFile(
        file,
        `collector: {url: ws://127.0.0.1:1/agent/v1, token: {file: /x}}\nstate: ${directory}\n${yaml}`,
      )
      const { settings } = await readConfiguration({ config: file })
      expect(
        settings.sources.map(({ type }) => type).filter((type) => !ALWAYS.includes(type)),
      ).toEqual(['oracle', 'oracle', 'postgresql', 'mysql', 'tomcat', 'tomcat'])
      expect(settings.sources.at(-2)?.options['catalinaBase']).toBe('/opt/数据 "库"')
    } finally {
      await rm(directory, { recursive: true })
    }
  },
)

test.skipIf(findPrograms() === undefined)('finds a real PostgreSQL of this machine', async () => {
  await using server = await PostgresqlServer.start()
  const { instances } = discoverInstances(new MachineView())
  const found = instances.find(({ instance }) => instance === `pg${server.port}`)
  expect(found).toMatchObject({ type: 'postgresql', connect: `${server.directory}:${server.port}` })
})

test.skipIf(NO_MARIADB !== undefined)('finds a real MariaDB of this machine', async () => {
  await using server = await MariadbServer.start()
  const { instances } = discoverInstances(new MachineView())
  const found = instances.find(({ connect }) => connect === server.socketPath)
  expect(found).toMatchObject({ type: 'mysql', instance: `mysql${server.port}` })
})

test.skipIf(!hasTomcat)('finds a real Tomcat of this machine', async () => {
  await using server = await TomcatServer.start()
  const { instances } = discoverInstances(new MachineView())
  const found = instances.find(({ options }) => options['catalinaBase'] === server.base)
  expect(found).toMatchObject({ type: 'tomcat', connect: server.url })
})
