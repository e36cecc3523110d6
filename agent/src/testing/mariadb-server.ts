import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Connection } from 'mysql2/promise'
import { freezeProcess } from './freeze-process.ts'

const SERVER = '/usr/sbin/mariadbd'
const START_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 60_000
const run = promisify(execFile)

/** Why there is no MariaDB to test on; undefined where there is one. */
export const NO_MARIADB: string | undefined = existsSync(SERVER)
  ? undefined
  : 'not installed: mariadb-server; WARDROUND_TEST_SERVERS=install npm test'

/** Small, and in no hurry to reach the disk. */
const ARGUMENTS = [
  '--bind-address=127.0.0.1',
  '--innodb-buffer-pool-size=32M',
  '--innodb-log-file-size=8M',
  '--key-buffer-size=1M',
  '--aria-pagecache-buffer-size=1M',
  '--innodb-flush-log-at-trx-commit=0',
  '--sync-binlog=0',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
]

/** A real MariaDB in a directory of its own, on 127.0.0.1 and a free port. Its account root takes no password over the socket. */
export class MariadbServer implements AsyncDisposable {
  readonly directory: string
  readonly port: number
  readonly socketPath: string
  #arguments: readonly string[]
  #child: ChildProcess | undefined
  #root: Connection | undefined

  private constructor(directory: string, port: number, args: readonly string[]) {
    this.directory = directory
    this.port = port
    this.socketPath = join(directory, 's')
    this.#arguments = args
  }

  /** @param args beside those that make it small */
  static async start(args: readonly string[] = []): Promise<MariadbServer> {
    const directory = await mkdtemp(join(tmpdir(), 'mdb-'))
    await run('mariadb-install-db', [
      '--no-defaults',
      ...asOurUser(),
      `--datadir=${join(directory, 'data')}`,
      `--tmpdir=${directory}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--innodb-log-file-size=8M',
    ])
    const server = new MariadbServer(directory, await findFreePort(), args)
    await server.begin()
    return server
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the server is not running')
    return this.#child.pid
  }

  /** Starts what was stopped, on the same port. */
  async begin(args: readonly string[] = this.#arguments): Promise<void> {
    this.#arguments = args
    const child = spawn(SERVER, this.#commandLine(), { stdio: 'ignore' })
    this.#child = child
    let ended = false
    child.once('exit', () => (ended = true)).once('error', () => (ended = true))
    const untilMs = performance.now() + START_WITHIN_MS
    while (!(await this.#answers())) {
      if (ended || performance.now() > untilMs) {
        child.kill('SIGKILL')
        throw new Error(`mariadbd did not start: ${await this.#readLog()}`)
      }
      await pass(50)
    }
  }

  /** Ends the process: orderly, or as a power failure would. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    this.#root?.destroy()
    this.#root = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGCONT')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await ended
    clearTimeout(timer)
  }

  /** Nothing moves any more, though the kernel still takes connections. */
  freeze(): void {
    freezeProcess(this.pid)
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  /** A session of root of its own; the test ends it. */
  async connect(): Promise<Connection> {
    const { createConnection } = await import('mysql2/promise')
    return createConnection({ socketPath: this.socketPath, user: 'root', multipleStatements: true })
  }

  /** Sends statements as root, all on one session, and gives the rows of the last. */
  async query(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
    this.#root ??= await this.connect()
    let rows: unknown
    for (const sql of statements) [rows] = await this.#root.query(sql)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test's own statement; one without rows gives no array
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
  }

  /** What MariaDB's own client prints: rows of columns, as texts. */
  async client(sql: string): Promise<string[][]> {
    const args = ['--no-defaults', '-uroot', `--socket=${this.socketPath}`, '-N', '-B', '-e', sql]
    const { stdout } = await run('mariadb', args, { maxBuffer: 16 * 1024 * 1024 })
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
  }

  /** Makes this server a replica of another one that writes a binary log, from its first event on. */
  async replicate(source: MariadbServer, channel = ''): Promise<void> {
    await source.query(
      `CREATE USER IF NOT EXISTS replica IDENTIFIED BY 'replica'`,
      `GRANT REPLICATION SLAVE ON *.* TO replica`,
    )
    const name = channel === '' ? '' : `'${channel}'`
    await this.query(
      `CHANGE MASTER ${name} TO MASTER_HOST='127.0.0.1', MASTER_PORT=${source.port}, MASTER_USER='replica',
       MASTER_PASSWORD='replica', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1`,
      `START SLAVE ${name}`,
    )
  }

  /** A file beside the data, such as a certificate. */
  async writeFile(name: string, text: string): Promise<string> {
    const path = join(this.directory, name)
    await writeFile(path, text)
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
    await rm(this.directory, { recursive: true, force: true })
  }

  #commandLine(): readonly string[] {
    return [
      '--no-defaults',
      ...asOurUser(),
      `--datadir=${join(this.directory, 'data')}`,
      `--socket=${this.socketPath}`,
      `--port=${this.port}`,
      `--pid-file=${join(this.directory, 'pid')}`,
      // a server that starts removes what it takes for leftovers there, another's too
      `--tmpdir=${this.directory}`,
      `--log-error=${join(this.directory, 'log')}`,
      ...ARGUMENTS,
      ...this.#arguments,
    ]
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('SELECT 1')
      return true
    } catch {
      this.#root = undefined
      return false // not yet
    }
  }

  async #readLog(): Promise<string> {
    const log = await readFile(join(this.directory, 'log'), 'utf8').catch(() => '')
    return log.slice(-2000)
  }
}

/** MariaDB refuses to run as root unless it is told so. */
function asOurUser(): readonly string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

async function findFreePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
