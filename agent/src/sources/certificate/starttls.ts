import type { Socket } from 'node:net'
import { printable } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import type { Starttls } from './endpoint.ts'
import { SocketReader } from './socket-reader.ts'

/** Asks the server to begin TLS, in its own protocol; nothing else is said. @throws CheckError no_starttls, no_tls */
export async function beginTls(starttls: Starttls, socket: Socket): Promise<void> {
  if (starttls === 'none') return
  const reader = new SocketReader(socket)
  if (starttls === 'smtp') await beginSmtp(reader, socket)
  else if (starttls === 'postgresql') await beginPostgresql(reader, socket)
  else await beginMysql(reader, socket)
}

const MOST_LINES = 100

/** RFC 3207. */
async function beginSmtp(reader: SocketReader, socket: Socket): Promise<void> {
  await expectReply(reader, '220')
  socket.write('EHLO wardround-agent\r\n')
  const offered = await expectReply(reader, '250')
  if (!offered.some((line) => /^STARTTLS\b/i.test(line))) throw refused('EHLO: no STARTTLS')
  socket.write('STARTTLS\r\n')
  await expectReply(reader, '220')
}

/** A reply of one or more lines; what stands behind its code. @throws CheckError no_starttls for another code */
async function expectReply(reader: SocketReader, code: string): Promise<readonly string[]> {
  const texts: string[] = []
  for (let n = 0; n < MOST_LINES; n++) {
    const line = await reader.takeLine()
    if (!line.startsWith(code)) throw refused(line)
    texts.push(line.slice(4))
    if (line[3] !== '-') return texts
  }
  throw refused('a reply without end')
}

/** SSLRequest (protocol 3.0): one byte answers. */
async function beginPostgresql(reader: SocketReader, socket: Socket): Promise<void> {
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const [answer] = await reader.take(1)
  if (answer === 78) throw refused('ssl = off') // N
  if (answer !== 83) throw refused(`answer ${answer}`) // S
}

const CLIENT_SSL = 0x0800
/** PROTOCOL_41, SSL, SECURE_CONNECTION. */
const CAPABILITIES = 0x0200 | CLIENT_SSL | 0x8000
const UTF8 = 33

/** The server speaks first (HandshakeV10); SSLRequest has no name and no password. */
async function beginMysql(reader: SocketReader, socket: Socket): Promise<void> {
  const head = await reader.take(4)
  const greeting = await reader.take(head.readUIntLE(0, 3))
  if (greeting[0] === 0xff) throw refused(greeting.subarray(3).toString('latin1'))
  const version = greeting.indexOf(0, 1)
  const at = version + 1 + 4 + 8 + 1 // thread id, scramble, filler
  if (greeting[0] !== 10 || version < 0 || at + 2 > greeting.length)
    throw refused('no MySQL greeting')
  if ((greeting.readUInt16LE(at) & CLIENT_SSL) === 0) throw refused('have_ssl = DISABLED')
  const request = Buffer.alloc(36)
  request.writeUIntLE(32, 0, 3)
  request[3] = 1
  request.writeUInt32LE(CAPABILITIES, 4)
  request.writeUInt32LE(1 << 24, 8)
  request[12] = UTF8
  socket.write(request)
}

function refused(said: string): CheckError {
  const text = printable(said)
  return new CheckError('no_starttls', {
    zh: `服务器没有开始 TLS：${text}`,
    en: `the server did not begin TLS: ${text}`,
  })
}
