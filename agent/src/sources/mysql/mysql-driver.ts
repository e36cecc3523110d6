import { readFile } from 'node:fs/promises'
import { isIP, type Socket } from 'node:net'
import type { Secret } from '@wardround/program/running'
import type { Connection, ConnectionOptions, SslOptions } from 'mysql2/promise'
import { compareVersions } from '../../statement.ts'
import { ConnectError } from '../server/connect-failure.ts'
import type { SendOwn, ServerDriver } from '../server/server-driver.ts'
import { lineError, openGreetedSocket } from './greeted-socket.ts'
import type { MysqlAddress } from './mysql-address.ts'
import { MysqlConnection } from './mysql-connection.ts'
import { toConnectError } from './to-connect-error.ts'

/** Whom to log on to, and how. */
export interface MysqlTarget {
  readonly address: MysqlAddress
  /** Names it in messages. */
  readonly server: string
  readonly user: string
  /** `require`: encrypted, with whatever certificate; `verify`: with one that the CA has signed for this host. */
  readonly tls: 'off' | 'require' | 'verify'
  /** The CA of `verify`; the system's where there is none. */
  readonly caFile: string | undefined
  readonly connectTimeoutMs: number
}

/** What is to be closed where a logon is given up. */
interface Line {
  socket: Socket | undefined
}

/** One logon. */
interface Attempt {
  readonly password: Secret | undefined
  readonly giveUp: AbortSignal
  readonly sendOwn: SendOwn
}

const OLDEST = { mysql: [5, 7], mariadb: [10, 4] } as const

/**
 * Logs on with mysql2, which is loaded here and nowhere else. Without TLS the password is never sent in the clear: mysql_native_password
 * and caching_sha2_password answer a challenge, and where MySQL 8 wants the password itself it goes encrypted with the server's RSA key
 * (whose owner only tls: verify proves). mysql_clear_password is refused.
 */
export class MysqlDriver implements ServerDriver<MysqlConnection> {
  readonly #target: MysqlTarget

  constructor(target: MysqlTarget) {
    this.#target = target
  }

  async connect(
    password: Secret | undefined,
    signal: AbortSignal,
    sendOwn: SendOwn,
  ): Promise<MysqlConnection> {
    const { server, connectTimeoutMs } = this.#target
    const giveUp = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)])
    const line: Line = { socket: undefined }
    const givenUp = new Promise<never>((_, reject) => {
      const abandon = () => reject(lineError('ETIMEDOUT'))
      giveUp.addEventListener('abort', abandon, { once: true })
      if (giveUp.aborted) abandon()
    })
    try {
      return await Promise.race([this.#begin(line, { password, giveUp, sendOwn }), givenUp])
    } catch (error) {
      line.socket?.destroy()
      throw toConnectError(giveUp.aborted ? lineError('ETIMEDOUT') : error, server)
    }
  }

  async #begin(line: Line, { password, giveUp, sendOwn }: Attempt): Promise<MysqlConnection> {
    const { address, server } = this.#target
    const ssl = await this.#encryption()
    line.socket = await openGreetedSocket(address, server, giveUp)
    const connection = await this.#logOn(line.socket, password, ssl)
    const begun = await MysqlConnection.begin(connection, line.socket, sendOwn)
    this.#refuseTooOld(begun)
    return begun
  }

  async #logOn(
    socket: Socket,
    password: Secret | undefined,
    ssl: SslOptions | undefined,
  ): Promise<Connection> {
    const { createConnection } = await import('mysql2/promise')
    const opening = createConnection({
      ...this.#settings(socket),
      password: password?.reveal() ?? '',
      ...(ssl === undefined ? {} : { ssl }),
    })
    socket.resume() // it was stopped after its first bytes
    const connection = await opening
    // What happens between two statements is found out by the next one.
    connection.on('error', () => undefined)
    return connection
  }

  #settings(socket: Socket): ConnectionOptions {
    const { address, user, connectTimeoutMs } = this.#target
    return {
      ...('path' in address ? { socketPath: address.path } : { host: nameToVerify(address.host) }),
      stream: socket,
      user,
      connectTimeout: connectTimeoutMs,
      charset: 'utf8mb4_general_ci',
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      multipleStatements: false,
      disableEval: true,
      // A server may ask a client for any file of its machine: not this one.
      flags: ['-LOCAL_FILES'],
      connectAttributes: { program_name: 'wardround-agent' },
    }
  }

  async #encryption(): Promise<SslOptions | undefined> {
    const { tls, caFile, address } = this.#target
    if (tls === 'off' || 'path' in address) return undefined
    if (tls === 'require') return { rejectUnauthorized: false }
    const ca = caFile === undefined ? undefined : await this.#readCa(caFile)
    return { rejectUnauthorized: true, verifyIdentity: true, ...(ca === undefined ? {} : { ca }) }
  }

  async #readCa(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      const { server } = this.#target
      const reason = error instanceof Error ? error.message : String(error)
      const text = {
        zh: `${server}：证书文件 ${file} 无法读取：${reason}`,
        en: `${server}: the certificate file ${file} can't be read: ${reason}`,
      }
      throw new ConnectError('tls', text, { cause: error })
    }
  }

  #refuseTooOld({ facts: { version, versionText, traits } }: MysqlConnection): void {
    const oldest = traits['flavour'] === 'mariadb' ? OLDEST.mariadb : OLDEST.mysql
    if (compareVersions(version, oldest) >= 0) return
    const { server } = this.#target
    throw new ConnectError('unsupported', {
      zh: `${server}：${versionText} 版本过旧；支持 MySQL 5.7 与 MariaDB 10.4 及以上`,
      en: `${server}: ${versionText} is too old; MySQL 5.7 and MariaDB 10.4 or later are supported`,
    })
  }
}

/**
 * mysql2 verifies an IP address as if it were called `localhost`: it knows the name of a host only where that is none. With a dot behind
 * it passes as a name, and node:tls takes the dot off before it compares the certificate.
 */
function nameToVerify(host: string): string {
  return isIP(host) === 0 ? host : `${host}.`
}
