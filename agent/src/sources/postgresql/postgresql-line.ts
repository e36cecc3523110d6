import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { LocalizedText } from '@wardround/protocol'
import { describeLogonFailure } from './logon-failure.ts'
import { isSocketDirectory, type PostgresqlTarget } from './postgresql-target.ts'

/** SSLRequest: its length, and the code 1234 5679. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
/** No first message of a server is longer (pq_recvbuf and libpq draw the same line for errors before the logon). */
const LONGEST_FIRST_MESSAGE = 30_000
const AUTHENTICATIONS_THAT_PG_KNOWS = [0, 3, 5, 10]
const KEEP_ALIVE_AFTER_MS = 60_000

const NO_TLS: LocalizedText = {
  zh: '服务器没有启用加密，而配置要求加密；请 DBA 启用 ssl，或设置 tls: off',
  en: 'the server offers no encryption, and the configuration demands it; have the DBA switch ssl on, or set tls: off',
}
const FIRST_ANSWER: LocalizedText = {
  zh: '登录请求的第一个应答无法识别',
  en: 'its first answer is not understood',
}

/**
 * Opens a line to the server, encrypted where that is asked for: done here and not by the driver, so that each failure keeps its cause, and
 * an answer that is no PostgreSQL's never reaches the driver's parser, which may loop or throw out of its event on one.
 * @throws ConnectError, or the error of the operating system or of TLS; what `signal` was aborted with
 */
export async function openLine(target: PostgresqlTarget, signal: AbortSignal): Promise<Socket> {
  const socket = new Socket()
  const cut = () => socket.destroy(toError(signal.reason))
  signal.addEventListener('abort', cut, { once: true })
  try {
    const opened = happens(socket, 'connect')
    socket.connect(addressOf(target))
    await opened
    if (target.tls === 'off' || isSocketDirectory(target)) return guard(socket, target)
    return guard(await encrypt(socket, target), target)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

function addressOf(target: PostgresqlTarget) {
  const { host, port } = target
  const line = {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
  }
  return isSocketDirectory(target)
    ? { ...line, path: `${host}/.s.PGSQL.${port}` }
    : { ...line, host, port }
}

async function encrypt(socket: Socket, target: PostgresqlTarget): Promise<TLSSocket> {
  const ca = await readAuthorities(target)
  const answered = happens<Buffer>(socket, 'data')
  socket.write(SSL_REQUEST)
  const answer = await answered
  // One byte and no more: what follows it unencrypted could be injected by a third party.
  if (answer.length !== 1 || (answer[0] !== 0x53 && answer[0] !== 0x4e))
    throw describeLogonFailure('garbage', target, {
      zh: '加密请求的应答无法识别',
      en: 'its answer to the request for encryption is not understood',
    })
  if (answer[0] === 0x4e)
    throw describeLogonFailure('tls', target, `tls: ${target.tls}`, { reason: NO_TLS })
  socket.pause().on('error', () => undefined) // the encrypted line tells them
  const line = connectTls({
    socket,
    host: target.host,
    ...(/[A-Za-z]/.test(target.host) && !target.host.includes(':')
      ? { servername: target.host }
      : {}),
    rejectUnauthorized: target.tls === 'verify',
    ...(ca === undefined ? {} : { ca }),
  })
  await happens(line, 'secureConnect')
  return line
}

async function readAuthorities(target: PostgresqlTarget): Promise<Buffer | undefined> {
  if (target.caFile === undefined) return undefined
  try {
    return await readFile(target.caFile)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw describeLogonFailure('tls', target, said, { cause: error })
  }
}

/** The first event of that name, or the end of the line. */
function happens<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      socket.off(event, done).off('error', failed).off('close', closed)
      finish()
    }
    const done = (value: T) => settle(() => resolve(value))
    const failed = (error: Error) => {
      socket.on('error', () => undefined) // told already; none may be left unheard
      settle(() => reject(error))
    }
    const closed = () => settle(() => reject(new Error('the peer closed the connection')))
    socket.once(event, done).once('error', failed).once('close', closed)
  })
}

/** Looks at the first answer before the driver does, and ends the line where the driver's parser throws. */
function guard<S extends Socket>(socket: S, target: PostgresqlTarget): S {
  const emit = socket.emit.bind(socket)
  let isFirst = true
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...values)
    const [bytes] = values
    const verdict = isFirst && Buffer.isBuffer(bytes) ? judgeFirstAnswer(bytes) : undefined
    isFirst = false
    try {
      if (verdict === undefined) return emit(event, ...values)
      socket.destroy(describeLogonFailure(verdict, target, FIRST_ANSWER))
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      socket.destroy(describeLogonFailure('garbage', target, said, { cause: error }))
    }
    return true
  }
  return socket
}

/** What is wrong with a server's first answer to a logon: an authentication request or an error (protocol 3, "Message Formats"). */
export function judgeFirstAnswer(bytes: Buffer): 'garbage' | 'unsupported' | undefined {
  const kind = String.fromCharCode(bytes[0] ?? 0)
  if (kind !== 'R' && kind !== 'E') return 'garbage'
  if (bytes.length < 5) return undefined
  const length = bytes.readInt32BE(1)
  if (length < 8 || length > LONGEST_FIRST_MESSAGE) return 'garbage'
  if (bytes.length < 1 + length) return undefined // the rest is still on its way
  const body = bytes.subarray(5, 1 + length)
  if (kind === 'E') return isErrorBody(body) ? undefined : 'garbage'
  const code = body.readInt32BE(0)
  if (!AUTHENTICATIONS_THAT_PG_KNOWS.includes(code)) return 'unsupported'
  return code === 10 && !endsTwice(body) ? 'garbage' : undefined
}

/** Fields of one letter and a text each, closed by a zero: PostgreSQL's `SERROR\0C28P01\0…\0\0`. */
function isErrorBody(body: Buffer): boolean {
  return /^[A-Za-z]$/.test(String.fromCharCode(body[0] ?? 0)) && endsTwice(body)
}

function endsTwice(body: Buffer): boolean {
  return body.at(-1) === 0 && body.at(-2) === 0
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
