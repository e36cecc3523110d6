import { freePort } from '@wardround/program/testing'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freezeProcess } from './freeze-process.ts'

const run = promisify(execFile)
const DEBIAN = '/usr/lib/postgresql'
const START_DEADLINE_MS = 60_000
/** The server refuses to run as root. */
const SERVER_USER = 'postgres'

/** The newest installed server's programs; undefined where there is none. */
export function findPostgresql(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  const versions = readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a))
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')))
}

export interface PostgresqlServerOptions {
  /** Lines of postgresql.conf beside ours. */
  readonly conf?: Readonly<Record<string, string>>
  /** pg_hba.conf; everyone may connect with the password where it is not given. */
  readonly hba?: string
  /** A server that this one is to be a streaming replica of. */
  readonly primary?: PostgresqlServer
  /** Name by which a replica is known to its primary. */
  readonly replicaName?: string
}

/** `local` comes by the socket as whoever it says; over TCP a password is asked for. */
const HBA = 'local all all trust\nlocal replication all trust\nhost all all all scram-sha-256\n'

const CONF: Readonly<Record<string, string>> = {
  listen_addresses: "'127.0.0.1'",
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '40',
  max_wal_size: '64MB',
  wal_level: 'logical',
  max_wal_senders: '5',
  max_replication_slots: '5',
  autovacuum: 'off',
  logging_collector: 'off',
  log_connections: 'on',
  log_line_prefix: "'%m [%p] %a '",
  lc_messages: "'C'",
  timezone: "'Asia/Shanghai'",
}

/** A real PostgreSQL on 127.0.0.1 and on a socket in a temporary directory; stopped, and the directory removed, in the end. */
export class PostgresqlServer implements AsyncDisposable {
  readonly port: number
  /** Holds the socket, the data and the log. */
  readonly directory: string
  readonly #programs: string
  readonly #log: string[] = []
  #process: ChildProcess | undefined

  private constructor(programs: string, directory: string, port: number) {
    this.#programs = programs
    this.directory = directory
    this.port = port
  }

  static async start(options: PostgresqlServerOptions = {}): Promise<PostgresqlServer> {
    const programs = findPostgresql()
    if (programs === undefined) throw new Error(`no PostgreSQL in ${DEBIAN}`)
    const directory = await mkdtemp(join(tmpdir(), 'pg-'))
    giveAway(directory)
    const server = new PostgresqlServer(programs, directory, await freePort())
    try {
      await server.#prepare(options)
      await server.launch()
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get #data(): string {
    return join(this.directory, 'data')
  }

  async #prepare({ conf = {}, hba = HBA, primary, replicaName }: PostgresqlServerOptions) {
    if (primary === undefined) await this.#initialise()
    else await this.#copy(primary, replicaName ?? 'replica')
    const lines = { ...CONF, unix_socket_directories: `'${this.directory}'`, ...conf }
    const text = Object.entries({ ...lines, port: String(this.port) })
      .map(([name, value]) => `${name} = ${value}\n`)
      .join('')
    await appendFile(join(this.#data, 'postgresql.conf'), text)
    await writeFile(join(this.#data, 'pg_hba.conf'), hba)
  }

  async #initialise(): Promise<void> {
    await this.#program('initdb', [
      '--pgdata',
      this.#data,
      '--username',
      'postgres',
      '--auth',
      'trust',
      '--no-sync',
      '--no-locale',
      '--encoding',
      'UTF8',
      '--data-checksums',
    ])
  }

  async #copy(primary: PostgresqlServer, name: string): Promise<void> {
    const from = `host=${primary.directory} port=${primary.port} user=postgres application_name=${name}`
    await this.#program('pg_basebackup', [
      '--pgdata',
      this.#data,
      '--dbname',
      from,
      '--no-sync',
      '--checkpoint',
      'fast',
      '--write-recovery-conf',
    ])
  }

  #program(name: string, args: readonly string[]): Promise<unknown> {
    return run(join(this.#programs, name), args, {
      ...serverUser(),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    })
  }

  /** Starts it, at first or after stop(); returns when it takes connections. */
  async launch(): Promise<void> {
    const child = spawn(join(this.#programs, 'postgres'), ['-D', this.#data], {
      ...serverUser(),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    child.stderr.on('data', (bytes: Buffer) => this.#log.push(bytes.toString()))
    const untilMs = performance.now() + START_DEADLINE_MS
    while (!(await this.#answers())) {
      if (child.exitCode !== null || performance.now() > untilMs)
        throw new Error(`PostgreSQL did not start:\n${this.log()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #answers(): Promise<boolean> {
    try {
      const client = await this.connect()
      await client.end()
      return true
    } catch {
      return false // it is still starting
    }
  }

  /** What it wrote to its log so far. */
  log(): string {
    return this.#log.join('')
  }

  /** `fast` as pg_ctl's: sessions are ended. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
  }

  /** Freezes the server and all its processes (SIGSTOP), or lets them go on. */
  freeze(frozen = true): void {
    for (const pid of [this.pid, ...childrenOf(this.pid)]) {
      try {
        if (frozen) freezeProcess(pid)
        else process.kill(pid, 'SIGCONT')
      } catch {
        // a session that has just ended
      }
    }
  }

  /** A client of the superuser, by the socket. */
  async connect(database = 'postgres', user = 'postgres', name = 'test'): Promise<Client> {
    const client = new Client({
      host: this.directory,
      port: this.port,
      user,
      database,
      application_name: name,
    })
    client.on('error', () => undefined) // the server may be stopped under it
    await client.connect()
    return client
  }

  /** Runs statements as the superuser, each by itself, and returns the rows of the last. */
  async sql(
    statements: string | readonly string[],
    database = 'postgres',
  ): Promise<Record<string, unknown>[]> {
    const client = await this.connect(database)
    try {
      let rows: Record<string, unknown>[] = []
      for (const text of [statements].flat()) ({ rows } = await client.query(text))
      return rows
    } finally {
      await client.end()
    }
  }

  /** The server's own answer by psql: the text of one value. */
  async psql(text: string, database = 'postgres'): Promise<string> {
    const { stdout } = await run(join(this.#programs, 'psql'), [
      '-h',
      this.directory,
      '-p',
      String(this.port),
      '-U',
      'postgres',
      '-d',
      database,
      '-X',
      '-A',
      '-t',
      '-c',
      text,
    ])
    return stdout.trim()
  }

  /** Writes a file beside the data that the server may read, and nobody else. */
  async writeFile(name: string, text: string): Promise<string> {
    const file = join(this.directory, name)
    await writeFile(file, text)
    giveAway(file)
    chmodSync(file, 0o600)
    return file
  }

  readFile(name: string): Promise<string> {
    return readFile(join(this.directory, name), 'utf8')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.pid !== 0 && this.#process?.exitCode === null) this.freeze(false)
    await this.stop('SIGQUIT')
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** As root: the ids of the server's user, for spawn(). */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [uid = 0, gid = 0] = idsOf(SERVER_USER)
  return { uid, gid }
}

function idsOf(user: string): readonly number[] {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${user}:`))
  return line?.split(':').slice(2, 4).map(Number) ?? []
}

/** To the server's user, who must also get through the directories above. */
function giveAway(path: string): void {
  const { uid, gid } = serverUser()
  if (uid === undefined || gid === undefined) return
  chownSync(path, uid, gid)
  for (let above = join(path, '..'); above !== '/'; above = join(above, '..')) {
    const { mode } = statSync(above)
    if ((mode & 0o001) === 0) chmodSync(above, mode | 0o001)
  }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .split(' ')
    .filter(Boolean)
    .map(Number)
}
