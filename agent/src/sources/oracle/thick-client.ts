import type { ChildProcess } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { startChild } from '../../child.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { StatementError } from '../server/server-driver.ts'
import type { OracleTarget } from './oracle-target.ts'
import {
  fromThickFailure,
  type ThickReply,
  type ThickResult,
  type ThickWork,
} from './thick-message.ts'

/** Calls that may hang in the Oracle Client at once: each keeps a thread. */
const THREADS = 32
/** Instead of a server's code. */
export const CHILD_ENDED = 'child ended'
/** A child that ended is started again, but not more often. */
const START_EVERY_MS = 5_000

interface Pending {
  readonly settle: (reply: ThickReply) => void
  readonly fail: () => void
}

/** Directories are of the process: all sources share one of each. */
type Directories = Pick<OracleTarget, 'clientDirectory' | 'configDirectory'>

/** The one child process of thick mode, started by the first connect, and started again by a later one when it has ended. */
export class ThickClient implements Disposable {
  readonly #pending = new Map<number, Pending>()
  readonly #monotonicMs: () => number
  #child: ChildProcess | undefined
  #directories: Directories | undefined
  #startedAtMs = -Infinity
  #lastId = 0

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs
  }

  /** Of the child; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Numbers what the child is to hold. */
  nextConnection(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** Has a child run with the directories of `target`. @throws ConnectError */
  start(target: OracleTarget): void {
    const { clientDirectory, configDirectory, server } = target
    if (this.#child !== undefined) return this.#refuseOthers(target)
    const nowMs = this.#monotonicMs()
    if (nowMs - this.#startedAtMs < START_EVERY_MS)
      throw new ConnectError('other', {
        zh: `${server}：thick 模式的子进程已退出，稍后重新启动`,
        en: `${server}: the child process of thick mode has ended and is started again in a moment`,
      })
    this.#startedAtMs = nowMs
    this.#directories = { clientDirectory, configDirectory }
    this.#child = this.#startChild(clientDirectory)
  }

  /**
   * Has the child do something, which takes at most `timeoutMs` by its own deadline. A child that has not answered by then does not
   * work any more: it is ended, and all its connections with it.
   * @throws ConnectError or StatementError; StatementError `lost` when the child ended
   */
  ask(work: ThickWork, timeoutMs: number): Promise<ThickResult> {
    const child = this.#child
    if (child === undefined) return Promise.reject(lost())
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
      const finish = (settle: () => void): void => {
        clearTimeout(timer)
        this.#pending.delete(id)
        settle()
      }
      this.#pending.set(id, {
        settle: (reply) =>
          finish(() =>
            'failure' in reply ? reject(fromThickFailure(reply.failure)) : resolve(reply.result),
          ),
        fail: () => finish(() => reject(lost())),
      })
      // A child that is just ending takes no message; its exit settles the question.
      child.send({ ...work, id }, () => undefined)
    })
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL')
  }

  #refuseOthers({ clientDirectory, configDirectory, server }: OracleTarget): void {
    const mine = this.#directories
    if (mine?.clientDirectory === clientDirectory && mine?.configDirectory === configDirectory)
      return
    throw new ConnectError('unsupported', {
      zh: `${server}：所有 thick 模式的数据源共用一个子进程，clientDirectory 和 configDirectory 必须相同`,
      en: `${server}: all sources in thick mode share one process, their clientDirectory and configDirectory must be the same`,
    })
  }

  #startChild(clientDirectory: string | undefined): ChildProcess {
    const child = startChild('oracle-thick', {
      environment: { UV_THREADPOOL_SIZE: String(THREADS), ...toEnvironment(clientDirectory) },
      serialization: 'advanced',
    })
    child.on('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child holds the other end
      const reply = message as ThickReply
      this.#pending.get(reply.id)?.settle(reply)
    })
    child.once('exit', () => this.#forget(child))
    child.once('error', () => {
      if (child.pid === undefined) this.#forget(child)
    })
    return child
  }

  #forget(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined
    for (const { fail } of this.#pending.values()) fail()
  }
}

/** The Oracle Client finds its own further libraries by the search path alone, which is read when a process starts; its messages are to be English. */
function toEnvironment(clientDirectory: string | undefined): Record<string, string> {
  const language = { NLS_LANG: 'AMERICAN_AMERICA.AL32UTF8' }
  if (clientDirectory === undefined) return language
  const path = { LD_LIBRARY_PATH: clientDirectory }
  const isOracleHome = basename(clientDirectory) === 'lib'
  return { ...language, ...path, ...(isOracleHome && { ORACLE_HOME: dirname(clientDirectory) }) }
}

function lost(): StatementError {
  return new StatementError('lost', CHILD_ENDED, 'the child process of thick mode ended')
}

let shared: { readonly client: ThickClient; users: number } | undefined

/** The client that all sources in thick mode share; its child ends with the last of them. */
export function joinThickClient(): { readonly client: ThickClient } & Disposable {
  shared ??= { client: new ThickClient(), users: 0 }
  const mine = shared
  mine.users++
  let isLeft = false
  return {
    client: mine.client,
    [Symbol.dispose]() {
      if (isLeft) return
      isLeft = true
      mine.users--
      if (mine.users > 0) return
      mine.client[Symbol.dispose]()
      if (shared === mine) shared = undefined
    },
  }
}
