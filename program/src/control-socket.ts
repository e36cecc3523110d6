import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { isLocalizedText } from '@wardround/protocol'
import { errorCodeOf } from './error-code.ts'
import type { LocalizedText } from './language.ts'
import { textOf } from './run-program.ts'

const MAX_LINE_BYTES = 64 * 1024
const CALL_DEADLINE_MS = 30_000
/** More callers at a time are turned away: each holds a file of the program's until it has spoken. */
const MOST_CALLERS = 64

/** What a running program answers on its own socket, by command name. What a thrown error says goes back to the caller, in both languages. */
export type ControlCommands = Readonly<Record<string, (argument: unknown) => Promise<unknown>>>

/** The running program refused or failed a control command. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

/** Something listens, and did not answer in time: whether it has taken the command is not known. */
export class NoAnswerError extends ControlError {}

/**
 * Listens on a Unix socket (a named pipe on Windows), mode 0660, for one JSON line a connection: `{"command", "argument"}`, answered by
 * `{"result"}` or `{"error"}`. A socket file left by a dead process is replaced; call it only while holding the state directory's lock.
 * @param gid the group that it is given to, one that this process is a member of; without it its own
 * @throws the system's error: EPERM where it is no member. Nothing listens then
 */
export async function listenControlSocket(
  path: string,
  commands: ControlCommands,
  gid?: number,
): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 })
  await rm(path, { force: true })
  const idle = new Set<Socket>()
  const server = createServer((socket) => {
    idle.add(socket.once('close', () => idle.delete(socket)))
    void serve(socket, commands, () => idle.delete(socket)).then(() =>
      server.listening ? idle.add(socket) : socket.destroy(),
    )
  })
  server.maxConnections = MOST_CALLERS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  try {
    // first the group, then its right to connect
    if (gid !== undefined) await chown(path, -1, gid)
    await chmod(path, 0o660)
  } catch (error) {
    await close(server, idle)
    throw error
  }
  return { [Symbol.asyncDispose]: () => close(server, idle) }
}

/** What was asked is answered; who has not asked, or does not hang up, holds up nothing. */
function close(server: Server, idle: Iterable<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of idle) socket.destroy()
  })
}

/** @returns when the answer is on its way */
async function serve(
  socket: Socket,
  commands: ControlCommands,
  onAsked: () => void,
): Promise<void> {
  socket.setTimeout(CALL_DEADLINE_MS, () => socket.destroy())
  socket.on('error', () => socket.destroy()) // the caller went away: nobody is left to tell
  const line = await readLine(socket)
  if (line === undefined) return
  onAsked()
  const answered = JSON.stringify(await answer(line, commands))
  await new Promise<void>((resolve) => {
    socket.once('close', resolve).end(`${answered}\n`, resolve)
  })
}

async function answer(line: string, commands: ControlCommands): Promise<unknown> {
  try {
    const request: unknown = JSON.parse(line)
    const command =
      typeof request === 'object' && request !== null && 'command' in request
        ? String(request.command)
        : ''
    const run = Object.hasOwn(commands, command) ? commands[command] : undefined
    if (run === undefined)
      throw new ControlError({
        zh: `未知的命令“${command}”；应为以下之一：${Object.keys(commands).join('、')}`,
        en: `unknown command "${command}"; expected one of ${Object.keys(commands).join(', ')}`,
      })
    const argument =
      typeof request === 'object' && request !== null && 'argument' in request
        ? request.argument
        : undefined
    return { result: (await run(argument)) ?? null }
  } catch (error) {
    return { error: textOf(error) }
  }
}

/**
 * Asks the running program.
 * @throws ControlError when it refuses; the system's error (ENOENT, ECONNREFUSED, EACCES) when it is not running or not reachable
 */
export async function callControlSocket(
  path: string,
  command: string,
  argument?: unknown,
): Promise<unknown> {
  const socket = connect(path).on('error', () => undefined) // told below; there may be more than one
  socket.setTimeout(CALL_DEADLINE_MS, () => socket.destroy(noAnswer(path)))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  socket.write(`${JSON.stringify({ command, argument })}\n`)
  const line = await readLine(socket)
  socket.destroy()
  const reply: unknown = line === undefined ? undefined : JSON.parse(line)
  if (typeof reply === 'object' && reply !== null && 'result' in reply) return reply.result
  throw isRefusal(reply) ? new ControlError(reply.error) : noAnswer(path)
}

/** Whether a call failed because no program listens there. */
export function isNobodyThere(error: unknown): boolean {
  const code = errorCodeOf(error)
  return code === 'ENOENT' || code === 'ECONNREFUSED'
}

function isRefusal(reply: unknown): reply is { readonly error: LocalizedText } {
  return (
    typeof reply === 'object' && reply !== null && 'error' in reply && isLocalizedText(reply.error)
  )
}

function noAnswer(path: string): NoAnswerError {
  return new NoAnswerError({
    zh: `${path} 没有答复；程序可能正忙或正在停止，请稍后再试`,
    en: `no answer on ${path}; the program may be busy or stopping: try again`,
  })
}

/** The first line, or undefined when the peer ends before it or sends too much. */
function readLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > MAX_LINE_BYTES) socket.destroy()
    })
    const lines = createInterface({ input: socket })
    lines.once('line', resolve).once('close', () => resolve(undefined))
    // it passes the socket's errors on: one of a caller that went away must not end the program
    lines.on('error', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
  })
}
