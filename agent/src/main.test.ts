import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { LogLine } from './testing/recorded-log.ts'
import { StandInCollector } from './testing/stand-in-collector.ts'

const STARTER = fileURLToPath(new URL('../bin/wardround-agent.mjs', import.meta.url))

/** The program with a configuration of its own, as a service manager would run it. */
class Program implements AsyncDisposable {
  readonly directory: string
  readonly lines: LogLine[] = []
  errors = ''
  readonly #children: ChildProcess[] = []

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(): Promise<Program> {
    const program = new Program(await mkdtemp(join(tmpdir(), 'wardround-program-')))
    await writeFile(join(program.directory, 'token'), 'right\n', { mode: 0o600 })
    return program
  }

  configure(url: string, more = ''): Promise<void> {
    return writeFile(
      join(this.directory, 'agent.yaml'),
      `collector: {url: "${url}", token: {file: ${join(this.directory, 'token')}}}
state: ${join(this.directory, 'state')}
uplink: {backOffFirst: 20ms, backOffMax: 100ms}
${more}`,
    )
  }

  run(...nodeOptions: readonly string[]): ChildProcess {
    const args = [
      ...nodeOptions,
      STARTER,
      'run',
      '--config',
      join(this.directory, 'agent.yaml'),
      '--lang',
      'en',
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line)))
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
    this.#children.push(child)
    return child
  }

  said(message: string): LogLine | undefined {
    return this.lines.find(({ msg }) => msg === message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children)
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    await rm(this.directory, { recursive: true, force: true })
  }
}

describe('wardround-agent run', () => {
  test('collects, sends, drains at TERM and ends with 0, having written nothing but its lock', async () => {
    await using program = await Program.create()
    await using collector = await StandInCollector.start({ token: 'right' })
    await program.configure(collector.url)
    const child = program.run()
    await collector.until(() => collector.batches.some(({ samples }) => samples.length > 0))
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(program.errors).toBe('')
    expect(program.lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['collecting', 'connected', 'stopping', 'stopped']),
    )
    const left = await readdir(join(program.directory, 'state'))
    expect(left.filter((name) => !name.startsWith('lock'))).toEqual([])
  })

  test('stays as one lean process, under the id it was started with', async ({ skip }) => {
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
    await using program = await Program.create()
    await using collector = await StandInCollector.start()
    await program.configure(collector.url)
    const child = program.run()
    await collector.until(() => program.said('collecting') !== undefined)
    expect(program.said('collecting')?.['pid']).toBe(child.pid)
    const status = (name: string) =>
      readFileSync(`/proc/${child.pid}/${name}`, 'latin1').split('\0')
    expect(status('cmdline')).toContain('--max-old-space-size=64')
    expect(status('cmdline')).toContain('run')
  })

  test.for([
    { note: 'has more room with devices to poll', given: [], heapMiB: '66' },
    { note: 'keeps the room it was given', given: ['--max-old-space-size=80'], heapMiB: '80' },
  ])('$note, from HUP on too', async ({ given, heapMiB }, { skip }) => {
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
    await using program = await Program.create()
    await using collector = await StandInCollector.start()
    await program.configure(collector.url)
    const child = program.run(...given)
    await collector.until(() => collector.batches.length > 0)
    const device = (port: number) =>
      `{type: snmp, subject: device${port}, connect: '127.0.0.1:${port}', version: v2c, community: {env: HOME}}`
    await program.configure(collector.url, `sources: [${device(9)}, ${device(10)}]`)
    child.kill('SIGHUP')
    await collector.until(() => collector.connections.length > 1)
    const options = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1').split('\0')
    const heaps = options.filter((option) => option.startsWith('--max-old-space-size='))
    expect(heaps.at(-1)).toBe(`--max-old-space-size=${heapMiB}`)
  })

  test('refuses a bad configuration at HUP and takes up a good one, in the same process', async () => {
    await using program = await Program.create()
    await using collector = await StandInCollector.start()
    await program.configure(collector.url)
    const child = program.run()
    await collector.until(() => collector.batches.length > 0)
    await program.configure(collector.url, 'tagss: {rack: A1}')
    child.kill('SIGHUP')
    await collector.until(() => program.said('the configuration was refused; the old one stays'))
    expect(JSON.stringify(program.lines.at(-1))).toContain('did you mean \\"tags\\"?')
    expect(collector.connections).toHaveLength(1)
    await program.configure(collector.url, 'tags: {rack: A1}\nprobes: {host.mem: {every: 20s}}')
    child.kill('SIGHUP')
    const tagged = await collector.until(() =>
      collector.connections[1]?.batches
        .flatMap(({ samples }) => samples)
        .find(({ definition }) => definition.measurement === 'mem'),
    )
    expect(tagged.definition.tags).toContainEqual(['rack', 'A1'])
    expect(program.said('starting over with the new configuration')).toMatchObject({
      changed: { settings: ['tags'], probes: ['host.mem'] },
    })
    const [first, second] = collector.connections
    expect(second?.hello.epoch).not.toBe(first?.hello.epoch)
    expect(program.lines.filter(({ msg }) => msg === 'collecting').map(({ pid }) => pid)).toEqual([
      child.pid,
      child.pid,
    ])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('names who holds its state directory, and ends with 1', async () => {
    await using program = await Program.create()
    await using collector = await StandInCollector.start()
    await program.configure(collector.url)
    const first = program.run()
    await collector.until(() => collector.connections.length > 0)
    const second = program.run()
    expect(await once(second, 'close')).toEqual([1, null])
    expect(program.errors).toContain(`is in use by wardround-agent with process id ${first.pid}`)
  })

  test('goes on collecting while there is no collector, and delivers it after a kill', async () => {
    await using program = await Program.create()
    await program.configure('ws://127.0.0.1:1/agent/v1')
    const first = program.run()
    const samples = join(program.directory, 'state', 'outbox', 'samples')
    await expect.poll(() => readdir(samples).catch(() => [])).not.toEqual([])
    first.kill('SIGKILL')
    await once(first, 'exit')
    await using collector = await StandInCollector.start()
    await program.configure(collector.url)
    program.run()
    const [connection] = await collector.until(
      () => collector.connections.length > 0 && collector.connections,
    )
    const [own, before] = connection?.hello.epochs ?? []
    expect(own).toBe(connection?.hello.epoch)
    await collector.until(() => collector.batches.some(({ id }) => id.epoch === before))
  })
})
