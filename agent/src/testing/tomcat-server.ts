import { freePort } from '@wardround/program/testing'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MANAGER_APPLICATION, TOMCAT_HOME, writeBase, type TomcatSetup } from './tomcat-base.ts'
import { freezeProcess } from './freeze-process.ts'

/** Whether Debian's Tomcat 10.1 and its manager are on this machine. */
export const hasTomcat =
  existsSync(join(TOMCAT_HOME, 'bin/bootstrap.jar')) && existsSync(MANAGER_APPLICATION)

/** For tests that skip without it. */
export const NO_TOMCAT = 'not on this machine: Debian’s tomcat10 and tomcat10-admin'

const START_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 10_000

/**
 * A real Tomcat 10.1 with a directory of its own, on loopback, with two connectors: `port` for users (few threads) and `adminPort`, which
 * still answers when those are all busy. Users `status` (manager-status), `jmx` (manager-status, manager-jmx) and `nobody` (no role),
 * password `secret-of-` and the name. Applications: / and /app (hold.jsp, session.jsp, pool.jsp), /broken that does not start.
 */
export class TomcatServer implements AsyncDisposable {
  readonly base: string
  readonly port: number
  readonly adminPort: number
  readonly #setup: TomcatSetup
  #process: ChildProcess | undefined

  private constructor(base: string, ports: readonly [number, number], setup: TomcatSetup) {
    this.base = base
    this.port = ports[0]
    this.adminPort = ports[1]
    this.#setup = setup
  }

  static async start(setup: TomcatSetup = {}): Promise<TomcatServer> {
    const base = await mkdtemp(join(tmpdir(), 'wardround-tomcat-'))
    const server = new TomcatServer(base, [await freePort(), await freePort()], setup)
    await writeBase(base, server.port, server.adminPort, setup)
    await server.run()
    return server
  }

  get url(): string {
    return `${this.#setup.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.adminPort}`
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Starts it (again), on the same ports, and waits until it says that it is up. */
  async run(): Promise<void> {
    const classPath = ['bootstrap.jar', 'tomcat-juli.jar']
      .map((jar) => join(TOMCAT_HOME, 'bin', jar))
      .join(':')
    const child = spawn(
      'java',
      [
        ...JVM_ARGUMENTS,
        `-Dcatalina.home=${TOMCAT_HOME}`,
        `-Dcatalina.base=${this.base}`,
        ...(this.#setup.jvmArguments ?? []),
        `-Djava.io.tmpdir=${join(this.base, 'temp')}`,
        '-cp',
        classPath,
        'org.apache.catalina.startup.Bootstrap',
        'start',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#process = child
    await this.#started(child)
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await ended
    clearTimeout(timer)
  }

  /** Nothing moves any more, though the kernel still takes connections. */
  freeze(): void {
    freezeProcess(this.pid)
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Lines of the access log: `user "request" status`. */
  async accessLog(): Promise<readonly string[]> {
    const text = await readFile(join(this.base, 'logs/access.log'), 'utf8')
    return text.split('\n').filter(Boolean)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.base, { recursive: true, force: true, maxRetries: 5 })
  }

  #started(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = ''
      const fail = (what: string): void => {
        clearTimeout(timer)
        child.kill('SIGKILL')
        reject(new Error(`Tomcat ${what}:\n${said.slice(-4000)}`))
      }
      const ended = (code: number | null): void => fail(`ended with ${code}`)
      const timer = setTimeout(() => fail('was not up in time'), START_WITHIN_MS)
      child.once('error', (error) => fail(error.message))
      child.once('exit', ended)
      child.stderr?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-20_000)
        if (!said.includes('Server startup in')) return
        clearTimeout(timer)
        child.off('exit', ended)
        resolve()
      })
    })
  }
}

/** Small and quickly there. */
const JVM_ARGUMENTS = [
  '-Xmx64m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Djava.security.egd=file:/dev/urandom',
  '-Duser.language=en',
]

/** Makes a certificate of its own for 127.0.0.1 and `names`. */
export async function makeCertificate(
  directory: string,
  names: readonly string[],
): Promise<{ readonly keystore: string; readonly certificate: string }> {
  await mkdir(directory, { recursive: true })
  const keystore = join(directory, 'keystore.p12')
  const certificate = join(directory, 'certificate.pem')
  const store = ['-keystore', keystore, '-storepass', 'changeit', '-alias', 'tomcat']
  const san = `SAN=${names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')}`
  await runKeytool([
    '-genkeypair',
    '-keyalg',
    'EC',
    '-storetype',
    'PKCS12',
    '-dname',
    'CN=tomcat',
    '-validity',
    '30',
    '-ext',
    san,
    ...store,
  ])
  await runKeytool(['-exportcert', '-rfc', '-file', certificate, ...store])
  return { keystore, certificate }
}

async function runKeytool(given: readonly string[]): Promise<void> {
  const child = spawn('keytool', given, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`keytool ${given[0]} ended with ${String(code)}`)
}
