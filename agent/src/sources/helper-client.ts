import { connect, type Socket } from 'node:net'
import {
  maxAnswerBytes,
  type HelperFailure,
  type HelperRequest,
  type ShadowAge,
} from '@wardround/helper'
import { asRecord } from '../as-record.ts'
import { ProbeError } from '../probe.ts'
import type { CommandLimits, CommandOutcome } from './commands.ts'
import { OneAtATime, type Occupant } from './one-at-a-time.ts'
import { ProgramUnavailable } from './program-unavailable.ts'

/** Where the unit wardround-helper.socket listens. */
export const HELPER_SOCKET = '/run/wardround-helper/helper.sock'

/**
 * Asks the privileged helper: one request for each connection, one line of answer. As with Commands, at most one request of a kind is under way;
 * one whose program still hangs keeps its place until the helper closes the connection.
 */
export class HelperClient implements Disposable {
  readonly #path: string
  readonly #running = new OneAtATime<Running>()

  constructor(path: string = HELPER_SOCKET) {
    this.#path = path
  }

  /**
   * Has a program of the list run.
   * @throws ProgramUnavailable where the helper or the program is not installed, or this user may not ask it
   * @throws ProbeError DEADLINE, FLOOD, NOT_ANSWERING (the last request of this kind has not ended), UNREADABLE or UNPARSABLE
   */
  async run(request: HelperRequest, limits: HelperLimits): Promise<CommandOutcome> {
    const answer = asRecord(await this.#ask(request, limits))
    const { exitCode, stdout, stderr } = answer
    if (typeof exitCode !== 'number' || typeof stdout !== 'string' || typeof stderr !== 'string')
      throw notUnderstood()
    return { exitCode, stdout, stderr }
  }

  /** Ages of the passwords of local accounts, out of /etc/shadow: never a hash. */
  async readShadowAges(limits: HelperLimits): Promise<readonly ShadowAge[]> {
    const { accounts } = asRecord(await this.#ask({ command: 'shadow-ages' }, limits))
    if (!Array.isArray(accounts)) throw notUnderstood()
    return accounts.flatMap((account: unknown) => {
      const { name, password } = asRecord(account)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own helper's answer; what names it is looked at
      return typeof name === 'string' && typeof password === 'string' ? [account as ShadowAge] : []
    })
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.#running.occupants) socket.destroy()
  }

  async #ask(request: HelperRequest, limits: HelperLimits): Promise<unknown> {
    const deadline = AbortSignal.timeout(limits.deadlineMs)
    const signal = limits.signal ? AbortSignal.any([deadline, limits.signal]) : deadline
    const { command } = request
    const line = await this.#running.begin(command, signal, {
      begin: async () => {
        if (signal.aborted) throw tooLate(command)
        return this.#exchange(request, signal)
      },
      taken: () => stillRunning(command),
    })
    return parseAnswer(line)
  }

  /** The connection stays open after the answer, or a deadline of ours, for as long as the program lives. */
  #exchange(request: HelperRequest, signal: AbortSignal): Promise<string> {
    const { command } = request
    const mostBytes = maxAnswerBytes(request)
    return new Promise((resolve, reject) => {
      const socket = connect(this.#path)
      const running = this.#hold(command, socket)
      const chunks: Buffer[] = []
      let bytes = 0
      const giveUp = (): void => {
        running.isGivenUp = true
        reject(tooLate(command))
      }
      signal.addEventListener('abort', giveUp, { once: true })
      socket.on('error', (error) => reject(toConnectError(error, this.#path)))
      socket.on('close', () => reject(notUnderstood()))
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > mostBytes) {
          reject(tooLong(command, mostBytes))
          return void socket.destroy()
        }
        chunks.push(chunk)
        if (!chunk.includes(0x0a)) return
        signal.removeEventListener('abort', giveUp)
        const line = Buffer.concat(chunks.splice(0)).toString('utf8')
        running.isGivenUp ||= line.startsWith(OUTLIVED)
        resolve(line)
      })
      socket.write(`${JSON.stringify(request)}\n`)
    })
  }

  #hold(command: string, socket: Socket): Running {
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const running: Running = { socket, gone, isGivenUp: false }
    this.#running.occupy(command, running)
    return running
  }
}

export type HelperLimits = Pick<CommandLimits, 'deadlineMs' | 'signal'>

interface Running extends Occupant {
  readonly socket: Socket
  isGivenUp: boolean
}

/** How the helper's answer begins when a program had to be ended. */
const OUTLIVED = '{"ok":false,"error":"DEADLINE"'

function parseAnswer(line: string): unknown {
  const answer = parseJson(line)
  const { ok, error, message } = asRecord(answer)
  if (ok === true) return answer
  if (ok !== false || typeof message !== 'string') throw notUnderstood()
  throw toError(String(error), message.slice(0, 300))
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw notUnderstood()
  }
}

const CODES: Readonly<
  Record<HelperFailure, 'DEADLINE' | 'FLOOD' | 'NOT_PERMITTED' | 'UNREADABLE' | 'REFUSED'>
> = {
  REFUSED: 'REFUSED',
  NOT_INSTALLED: 'UNREADABLE',
  NOT_PERMITTED: 'NOT_PERMITTED',
  DEADLINE: 'DEADLINE',
  FLOOD: 'FLOOD',
  UNREADABLE: 'UNREADABLE',
}

function toError(failure: string, message: string): Error {
  const text = { zh: `特权助手：${message}`, en: `privileged helper: ${message}` }
  if (failure === 'NOT_INSTALLED') return new ProgramUnavailable('not-installed', text)
  const code = new Map(Object.entries(CODES)).get(failure) ?? 'UNREADABLE'
  return new ProbeError(code, text)
}

function toConnectError(error: Error & { code?: unknown }, path: string): Error {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new ProgramUnavailable('no-helper', {
        zh: `需要 root 权限：${path} 上没有特权助手，请安装并启用 wardround-helper.socket`,
        en: `this needs root, and no helper listens on ${path}: install and enable wardround-helper.socket`,
      })
    case 'EACCES':
    case 'EPERM':
      return new ProgramUnavailable('no-helper', {
        zh: `采集代理的用户无权连接 ${path}，请把它加入该套接字所属的组（wardround-helper）`,
        en: `the agent's user may not connect to ${path}: add it to the group of that socket (wardround-helper)`,
      })
    default:
      return new ProbeError(
        'UNREADABLE',
        { zh: `${path}：${error.message}`, en: `${path}: ${error.message}` },
        { cause: error },
      )
  }
}

function tooLate(command: string): ProbeError {
  return new ProbeError('DEADLINE', {
    zh: `特权助手未在期限内答复 ${command}`,
    en: `the privileged helper did not answer ${command} in time`,
  })
}

function tooLong(command: string, mostBytes: number): ProbeError {
  return new ProbeError('FLOOD', {
    zh: `特权助手对 ${command} 的答复超过 ${mostBytes} 字节`,
    en: `the privileged helper answered ${command} with more than ${mostBytes} bytes`,
  })
}

function stillRunning(command: string): ProbeError {
  return new ProbeError('NOT_ANSWERING', {
    zh: `未向特权助手请求 ${command}：上一次尚未结束，请检查该进程`,
    en: `the privileged helper was not asked for ${command}: the last one has not ended; look at that process`,
  })
}

function notUnderstood(): ProbeError {
  return new ProbeError('UNPARSABLE', {
    zh: '无法理解特权助手的答复，请检查其版本与采集代理是否一致',
    en: 'the privileged helper was not understood: is it of the same version as the agent?',
  })
}
