import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '@wardround/program'
import { readConfig } from './configuration/read-config.ts'
import {
  exportSeries,
  hasVictoriaMetrics,
  startVictoriaMetrics,
} from './store/testing/peers/victoria-metrics.ts'
import { AgentClient } from './testing/agent-client.ts'

const BIN = fileURLToPath(new URL('../bin/wardround-collector.mjs', import.meta.url))

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-cli-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function writeConfig(directory: string, text: string): Promise<string> {
  const file = join(directory, 'collector.yaml')
  await writeFile(file, text)
  return file
}

/** Runs a command to its end. */
async function command(
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { PATH: process.env['PATH'] } })
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = await stream.toArray()
    return Buffer.concat(chunks).toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out: (await out) ?? '', err: (await err) ?? '' }
}

/** Starts `run` and waits until it listens. */
async function start(
  ...args: string[]
): Promise<{ child: ChildProcess; address: string; lines: string[] }> {
  const child = spawn(process.execPath, [BIN, 'run', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const address = await new Promise<string>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const record = JSON.parse(line) as { msg: string; address?: string }
      if (record.msg === 'listening' && record.address !== undefined) resolve(record.address)
    })
  })
  return { child, address, lines }
}

test.each([
  { lang: 'en', expected: 'collector.yaml:2:3: unknown key "hots"; expected one of' },
  { lang: 'zh-CN', expected: 'collector.yaml:2:3: 未知的键“hots”' },
])(
  'a mistake in the configuration ends with 78 and its place, in $lang',
  async ({ lang, expected }) => {
    const directory = await freshDirectory()
    const file = await writeConfig(directory, 'limits:\n  hots: 5\n')
    for (const name of ['run', 'check-config']) {
      const { code, err } = await command(
        name,
        '--config',
        file,
        '--state',
        directory,
        '--lang',
        lang,
      )
      expect(code).toBe(78)
      expect(err).toContain(expected)
    }
  },
)

test('what no schema can say is checked too', async () => {
  const directory = await freshDirectory()
  const text = 'retention: {raw: 1h}\nhosts:\n  - name: a\n  - name: a\nlisten: 127.0.0.1:99999\n'
  const file = await writeConfig(directory, text)
  const { code, err } = await command('check-config', '--config', file, '--lang', 'en')
  expect(code).toBe(78)
  expect(err).toContain('collector.yaml:1:18: 1h is too short')
  expect(err).toContain('collector.yaml:4:11: host "a" is there twice')
  expect(err).toContain('collector.yaml:5:9: "127.0.0.1:99999" is no address to listen on')
})

test("the site's rules and metrics are those of rules.d and metrics.d beside the configuration, unless it names others", async () => {
  const directory = await freshDirectory()
  const file = await writeConfig(directory, 'rules: {pack: none}\n')
  expect((await readConfig({ file }, {})).value.rules).toEqual({ pack: 'none' })
  await mkdir(join(directory, 'rules.d'))
  const { rules } = (await readConfig({ file }, {})).value
  expect(rules).toEqual({ pack: 'none', directory: join(directory, 'rules.d') })
  await mkdir(join(directory, 'metrics.d'))
  expect((await readConfig({ file }, {})).value.rules.metrics).toBe(join(directory, 'metrics.d'))
  await writeConfig(directory, 'rules: {directory: /elsewhere}\n')
  expect((await readConfig({ file }, {})).value.rules.directory).toBe('/elsewhere')
})

test.each(['8470', '127.0.0.1', '127.0.0.1:', ':8470', '127.0.0.1:99999', '::1:8470', '[::1'])(
  '%s is no address to listen on, and one is shown',
  async (listen) => {
    const file = await writeConfig(await freshDirectory(), `listen: '${listen}'\n`)
    const config = readConfig({ file }, {})
    await expect(config).rejects.toThrow(ConfigError)
    const text = await config.catch((error: unknown) => (error as ConfigError).format('zh-CN'))
    expect(text).toContain(`“${listen}”不是监听地址；应为主机:端口，例如 127.0.0.1:8470`)
  },
)

test.each([
  { note: 'an unknown command', args: ['fly'], says: '未知的命令“fly”\n' },
  { note: 'an unknown option', args: ['run', '--fast'], says: '未知的选项“--fast”\n' },
  {
    note: 'an option that was nearly right',
    args: ['run', '--confg', 'x'],
    says: '未知的选项“--confg”\n是否想写 --config？\n',
  },
  { note: 'an option without its value', args: ['run', '--state'], says: '缺少取值\n' },
  { note: 'a missing argument', args: ['token', 'create'], says: '缺少参数“name”\n' },
  { note: 'an argument too many', args: ['version', 'x'], says: '应为 0 个，给出的是 x\n' },
  { note: 'a name that is none', args: ['token', 'create', '../x'], says: '不能作名称' },
  { note: 'a language that is none', args: ['run', '--lang', 'fr'], says: '不能是“fr”' },
  { note: 'the same in English', args: ['fly', '--lang', 'en'], says: "unknown command 'fly'\n" },
])('$note is wrong usage: 2', async ({ args, says }) => {
  const { code, err } = await command(...args)
  expect(code).toBe(2)
  expect(err).toContain(says)
})

test('help and version are printed in plain words', async () => {
  expect(await command('--help', '--lang', 'en')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Run the collector until TERM or INT') as string,
  })
  expect((await command('--help')).out).toContain('运行监控中心')
  expect((await command('version', '--lang', 'en')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

const RULE_TESTS = `tests:
  - note: a bond without a link
    every: 10s
    series:
      - { measurement: bond, tags: { bond: bond0 }, fields: { status: 1*3 0*7 } }
    expect:
      - { at: 90s, rule: bond_down, kind: firing, severity: critical }
`

test('test-rules runs tests of the rules that come with Wardround, and of a site', async () => {
  const directory = await freshDirectory()
  const file = join(directory, 'tests.yaml')
  await writeFile(file, RULE_TESTS)
  expect(await command('test-rules', file, '--lang', 'en')).toEqual({
    code: 0,
    out: 'all 1 tests passed\n',
    err: '',
  })
  const config = await writeConfig(directory, '')
  await mkdir(join(directory, 'rules.d'))
  const own = (await readFile(new URL('../rules/host.yaml', import.meta.url), 'utf8')).replaceAll(
    'equals: 0, for: 1m',
    'equals: 0, for: 30s',
  )
  await writeFile(join(directory, 'rules.d/own.yaml'), own)
  const { code, out } = await command('test-rules', file, file, '--config', config)
  expect(code).toBe(1)
  expect(out).toContain(`${file}:2:5: 失败: a bond without a link`)
  expect(out).toMatch(
    /预期 +实际\n +≠ 90s bond_down firing critical +1m bond_down firing critical db1/,
  )
  expect(out).toMatch(/\n2 个测试中 2 个失败\n$/)
})

test('test-rules says of every file what is wrong with it: 78', async () => {
  const directory = await freshDirectory()
  const files = ['a.yaml', 'b.yaml'].map((name) => join(directory, name))
  await writeFile(files[0] ?? '', RULE_TESTS.replace('bond_down', 'bond_up'))
  await writeFile(files[1] ?? '', RULE_TESTS.replace('0*7', '0x7'))
  const { code, err } = await command('test-rules', ...files, '--lang', 'en')
  expect(code).toBe(78)
  expect(err).toContain(`${files[0]}:7:26: there is no rule "bond_up"`)
  expect(err).toContain(`${files[1]}:5:75: "0x7" can't be read`)
})

test('export-rules writes the rules in force, with texts in the language that is asked for', async () => {
  const directory = await freshDirectory()
  const pack = await command('export-rules', '--language', 'en')
  expect(pack.code).toBe(0)
  expect(pack.out).toMatch(/^# The alert rules of Wardround/)
  expect(pack.out).toContain('#   agent_offline: ')
  expect(pack.out).toContain('name: Bond is down')
  const config = await writeConfig(directory, 'rules: {pack: none}\n')
  await mkdir(join(directory, 'rules.d'))
  await writeFile(
    join(directory, 'rules.d/own.yaml'),
    'rules: [{id: own_bond, name: {zh: 绑定, en: bond}, value: bond.status, critical: {equals: 0}, summary: {zh: 断, en: down}, own: true}]\n',
  )
  const out = join(directory, 'rules.yml')
  const own = await command('export-rules', '--config', config, '--out', out, '--lang', 'en')
  expect(own).toEqual({
    code: 0,
    out: `${out}: 1 rules of Prometheus; 0 that PromQL can't say stand there as comments\n`,
    err: '',
  })
  const written = await readFile(out, 'utf8')
  expect(written).toMatch(/^# Wardround 的告警规则/)
  expect(written).toContain('summary: 断')
  expect(written.match(/alert: /g)).toHaveLength(1)
})

test('run listens, takes tokens made before and meanwhile, and ends with 0 at TERM', async () => {
  const directory = await freshDirectory()
  const file = await writeConfig(directory, 'journal: {reserveBytes: 0B, reserveFraction: 0}\n')
  const common = ['--config', file, '--state', join(directory, 'state')]
  const before = await command('token', 'create', 'db1', ...common)
  expect(before).toMatchObject({ code: 0, out: expect.stringMatching(/^wra_\S{43}\n$/) as string })
  const { child, address } = await start(...common, '--listen', '127.0.0.1:0')
  const port = Number(address.split(':')[1])
  expect(port).toBeGreaterThan(0)
  const meanwhile = await command('token', 'create', 'db2', ...common)
  for (const { out } of [before, meanwhile]) {
    using agent = await AgentClient.connect(port, { token: out.trim() })
    await agent.join()
    agent.sendBatch(1, { samples: [{ field: 'value', value: 1 }] })
    await agent.next('ack')
  }
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])

  const verified = await command('journal', 'verify', ...common, '--lang', 'en')
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('sound') as string })
  const exported = await command('journal', 'export', ...common)
  const records = exported.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  // What is held may be said again at any time.
  expect(records.slice(0, 3).map(({ type }) => type)).toEqual(['ranges', 'batch', 'batch'])
  expect(records[1]).toMatchObject({
    agent: 'db1',
    blocks: [{ subject: 'db1', samples: [{ measurement: 'test', field: 'value', value: 1 }] }],
  })
  expect((await command('journal', 'repair', ...common, '--lang', 'en')).code).toBe(0)
})

test('run goes on in the same process with little memory set aside', async ({ skip }) => {
  skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
  skip(process.execve === undefined, 'not on this machine: this Node has no execve')
  const directory = await freshDirectory()
  const file = await writeConfig(directory, '')
  const { child } = await start(
    '--config',
    file,
    '--state',
    join(directory, 'state'),
    '--listen',
    '127.0.0.1:0',
  )
  const read = async (name: string) =>
    (await readFile(`/proc/${child.pid}/${name}`, 'utf8')).split('\0').slice(0, -1)
  expect(await read('cmdline')).toEqual([
    process.execPath,
    '--max-semi-space-size=8',
    BIN,
    'run',
    ...child.spawnargs.slice(3),
  ])
  expect(await read('environ')).toContain('MALLOC_ARENA_MAX=2')
})

test('a second collector, a repair beside it and a taken port are told plainly', async () => {
  const directory = await freshDirectory()
  const state = join(directory, 'state')
  const { address } = await start('--state', state, '--listen', '127.0.0.1:0')
  const second = await command('run', '--state', state, '--listen', '127.0.0.1:0', '--lang', 'en')
  expect(second.code).toBe(1)
  expect(second.err).toMatch(/in use by wardround-collector with process id \d+.*listening on 127/)
  expect(await command('journal', 'repair', '--state', state)).toMatchObject({
    code: 1,
    err: expect.stringContaining('正被 wardround-collector（进程号') as string,
  })
  const other = await command('run', '--state', join(directory, 'other'), '--listen', address)
  expect(other.code).toBe(1)
  expect(other.err).toContain(`${address} 已被其他程序占用`)
})

test('HUP re-reads the configuration; a bad one is refused and the old one stays', async () => {
  const directory = await freshDirectory()
  const state = join(directory, 'state')
  const file = await writeConfig(directory, 'hosts: [{name: db1, project: old}]\n')
  const { child, address, lines } = await start(
    '--config',
    file,
    '--state',
    state,
    '--listen',
    '127.0.0.1:0',
  )
  const project = async () => {
    const response = await fetch(`http://${address}/api/v1/agents`)
    return ((await response.json()) as { agents: { project: string }[] }).agents[0]?.project
  }
  await writeConfig(directory, 'hosts: [{name: db1, projekt: new}]\n')
  child.kill('SIGHUP')
  await expect.poll(() => lines.join('\n')).toContain('未知的键“projekt”')
  expect(await project()).toBe('old')
  await writeConfig(directory, 'hosts: [{name: db1, project: new}]\n')
  child.kill('SIGHUP')
  await expect.poll(project).toBe('new')
  const told = () => lines.find((line) => line.includes('configuration and rules re-read'))
  await expect.poll(told).toContain('"changed":{"settings":["hosts"],"hosts":["db1"],"rules":[]}')
})

test('backfill copies into a store what was there before it, tells how far it is, and what is wrong', async ({
  skip,
}) => {
  skip(!hasVictoriaMetrics(), 'victoria-metrics is not installed')
  await using server = await startVictoriaMetrics({ deduplicates: true })
  const directory = await freshDirectory()
  const common = ['--state', join(directory, 'state'), '--lang', 'en']
  const asked = ['backfill', '--store', 'vm', ...common]
  expect(await command(...asked, '--from', '-1h')).toMatchObject({ code: 69 })
  const before = await start('--listen', '127.0.0.1:0', ...common)
  const token = (await command('token', 'create', 'db1', ...common)).out.trim()
  using agent = await AgentClient.connect(Number(before.address.split(':').at(-1)), { token })
  await agent.join()
  agent.sendBatch(1, { samples: [{ field: 'value', value: 42 }] })
  await agent.next('ack')
  before.child.kill('SIGTERM')
  await once(before.child, 'exit')
  const file = await writeConfig(
    directory,
    `stores: [{name: vm, kind: victoriametrics, url: '${server.url}'}]\n`,
  )
  await start('--config', file, '--listen', '127.0.0.1:0', ...common)
  const done = await command(...asked, '--config', file, '--from', '-1h')
  expect(done).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^vm: done, .* [1-9]\d* samples$/m),
  })
  const found = async () => (await exportSeries(server, '{host="db1"}')).map(({ values }) => values)
  await expect.poll(found).toEqual([[42]])
  for (const [args, said] of [
    [['--from', 'yesterday'], '--from: "yesterday" is no time'],
    [['--from', '-1h', '--to', '-2h'], '--from should be before --to'],
    [['--from', '-400d'], 'keeps raw samples from'],
  ] as const)
    expect(await command(...asked, ...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining(said),
    })
})

test('who polls which device: listed, moved, removed; a device gets no token of its own', async () => {
  const state = await freshDirectory()
  const where = ['--state', state, '--lang', 'en']
  const { child, address } = await start('--listen', '127.0.0.1:0', ...where)
  const token = (await command('token', 'create', 'db1', ...where)).out.trim()
  await command('token', 'create', 'db2', ...where)
  expect(await command('subject', 'list', ...where)).toMatchObject({
    code: 0,
    out: 'no device is polled\n',
  })
  using agent = await AgentClient.connect(Number(address.split(':').pop()), { token })
  await agent.join()
  agent.sendBatch(1, {
    samples: [{ subject: 'fcsw1', measurement: 'snmp_up', tags: {}, field: 'up', value: 1 }],
  })
  await agent.next('ack')
  expect((await command('subject', 'list', ...where)).out).toMatch(/^fcsw1\tdb1\t20\d\d-/)
  const refused = await command('token', 'create', 'fcsw1', ...where)
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('agent of db1 polls') })
  expect(await command('subject', 'move', 'fcsw1', '--to', 'db9', ...where)).toMatchObject({
    code: 1,
    err: expect.stringContaining('"db9" has no agent'),
  })
  expect(await command('subject', 'move', 'fcsw1', '--to', 'db2', ...where)).toMatchObject({
    code: 0,
    out: 'fcsw1: handed over from db1 to db2\nNote: until the agent.yaml of db2 names the device, nobody polls it and no alert comes of it; then take the device out of the agent.yaml of db1\n',
  })
  expect(await command('subject', 'remove', 'fcsw1', ...where)).toMatchObject({
    code: 0,
    out: 'fcsw1: removed (db2 polled it), 0 alerts ended\n',
  })
  expect(await command('host', 'retire', 'db1', ...where)).toMatchObject({
    code: 0,
    out: 'db1: retired, 0 alerts ended; what still reports is watched anew\n',
  })
  expect(await command('host', 'retire', 'db7', ...where)).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing was ever heard of "db7"'),
  })
  expect(await command('host', 'retire', 'db1', '--instance', 'his', ...where)).toMatchObject({
    code: 2,
    err: expect.stringContaining('should be TAG=VALUE'),
  })
  expect(await command('subject', 'remove', 'fcsw1', ...where)).toMatchObject({
    code: 1,
    err: expect.stringContaining('no agent polls "fcsw1"'),
  })
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(await command('subject', 'list', ...where)).toMatchObject({ code: 69, out: '' })
})

test('write tokens are made, listed and revoked, whether the collector runs or not', async () => {
  const directory = await freshDirectory()
  const state = ['--state', join(directory, 'state'), '--lang', 'en']
  const config = await writeConfig(directory, '{}')
  const token = (...args: string[]) => command('token', ...args, '--config', config, ...state)
  const what = ['--write', '--project', 'his', '--role', 'app', '--host', 'win-*', 'db1']
  const { code, out } = await token('create', 'win', ...what)
  expect([code, out]).toEqual([0, expect.stringMatching(/^wrw_\S{43}\n$/)])
  expect((await token('create', 'win', ...what)).err).toContain(
    'there is a write token "win" already',
  )
  expect((await token('create', 'x', '--write', '--host', 'a')).err).toContain(
    '--project is missing',
  )
  expect((await token('create', 'x', '--write', '--project', 'p', '--host', 'a/b')).err).toContain(
    '--host is missing or not valid',
  )
  expect((await token('list')).out).toMatch(/^write\twin\t\S+Z\this\tapp\twin-\*,db1\n$/)
  const { address } = await start('--config', config, '--listen', '127.0.0.1:0', ...state)
  const write = () =>
    fetch(`http://${address}/write`, {
      method: 'POST',
      body: 'm,host=win-1 v=1',
      headers: { authorization: `Token ${out.trim()}` },
    })
  expect((await write()).status).toBe(204)
  expect((await token('create', 'lin', '--write', '--project', 'his', '--host', 'l*')).code).toBe(0)
  expect((await token('list')).out.trim().split('\n')).toHaveLength(2)
  expect((await token('revoke', 'win')).out).toContain('win: the write token is revoked')
  expect((await write()).status).toBe(401)
  expect((await token('revoke', 'win')).err).toContain('there is no write token "win"')
})
