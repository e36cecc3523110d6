import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freezeProcess } from './freeze-process.ts'

const SERVER = '/usr/sbin/snmpd'
const START_WITHIN_MS = 60_000
const run = promisify(execFile)

/** Why there is no snmpd to test on; undefined where there is one. */
export const NO_SNMPD: string | undefined = existsSync(SERVER)
  ? undefined
  : 'not installed: snmpd; WARDROUND_TEST_SERVERS=install npm test'

/** A user as `createUser` of snmpd.conf takes it: protocols as net-snmp writes them. */
export interface SnmpdUser {
  readonly name: string
  readonly auth: string
  readonly authKey: string
  readonly priv: string
  readonly privKey: string
}

/** Community that may read everything. */
export const SNMPD_COMMUNITY = 'wardround-test'

/** A real snmpd in a directory of its own, on 127.0.0.1 and a free port, with the processes, disks and interfaces of this machine. */
export class SnmpdServer implements AsyncDisposable {
  readonly directory: string
  readonly port: number
  readonly #users: readonly SnmpdUser[]
  readonly #more: readonly string[]
  #child: ChildProcess | undefined

  private constructor(
    directory: string,
    port: number,
    users: readonly SnmpdUser[],
    more: readonly string[],
  ) {
    this.directory = directory
    this.port = port
    this.#users = users
    this.#more = more
  }

  /** @param more lines of snmpd.conf */
  static async start(
    users: readonly SnmpdUser[] = [],
    more: readonly string[] = [],
  ): Promise<SnmpdServer> {
    const directory = await mkdtemp(join(tmpdir(), 'snmpd-'))
    const server = new SnmpdServer(directory, await findFreePort(), users, more)
    await server.begin()
    return server
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  async begin(): Promise<void> {
    await mkdir(join(this.directory, 'state'), { recursive: true })
    await writeFile(join(this.directory, 'snmpd.conf'), this.#configuration(), { mode: 0o600 })
    const child = spawn(SERVER, ['-f', '-C', '-c', 'snmpd.conf', '-Ln'], {
      stdio: 'ignore',
      cwd: this.directory,
      env: { ...process.env, SNMP_PERSISTENT_DIR: join(this.directory, 'state'), MIBS: '' },
    })
    this.#child = child
    let ended = false
    child.once('exit', () => (ended = true)).once('error', () => (ended = true))
    const untilMs = performance.now() + START_WITHIN_MS
    while (!(await this.#answers())) {
      if (ended || performance.now() > untilMs) {
        child.kill('SIGKILL')
        throw new Error('snmpd did not start')
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Nothing is answered any more. */
  freeze(): void {
    freezeProcess(this.#pid)
  }

  thaw(): void {
    process.kill(this.#pid, 'SIGCONT')
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.directory, { recursive: true, force: true })
  }

  get #pid(): number {
    if (this.#child?.pid === undefined) throw new Error('snmpd is not running')
    return this.#child.pid
  }

  #configuration(): string {
    return [
      `agentAddress udp:127.0.0.1:${this.port}`,
      `rocommunity ${SNMPD_COMMUNITY}`,
      'sysLocation hall 3, rack 7',
      'sysContact wardround@example.org',
      'sysName snmpd-test',
      'includeAllDisks 10%',
      ...this.#users.flatMap(({ name, auth, authKey, priv, privKey }) => [
        `createUser ${name} ${auth} "${authKey}" ${priv} "${privKey}"`,
        `rouser ${name} priv`,
      ]),
      ...this.#more,
      '',
    ].join('\n')
  }

  /** By net-snmp's own client, which is no part of what is tested. */
  async #answers(): Promise<boolean> {
    const args = ['-v2c', '-c', SNMPD_COMMUNITY, '-r0', '-t1', this.address, '1.3.6.1.2.1.1.3.0']
    return run('snmpget', args).then(
      () => true,
      () => false,
    )
  }
}

function findFreePort(): Promise<number> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
