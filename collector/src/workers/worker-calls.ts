import type { TransferListItem } from 'node:worker_threads'
import { isLocalizedText, type LocalizedText } from '@wardround/protocol'

/** Named functions that one thread serves to another; arguments and results must be structured-cloneable. */
// oxlint-disable-next-line typescript/no-explicit-any -- a table of functions of any arguments; each call is typed by its name
export type CallTable = Record<string, (...args: any[]) => unknown>

/** The part of a MessagePort or Worker that calls need. */
export interface CallPort {
  postMessage(message: unknown, transfer?: readonly TransferListItem[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

interface CallMessage {
  readonly call: number
  readonly name: string
  readonly args: readonly unknown[]
}

type AnswerMessage =
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: CallFailure }

interface CallFailure {
  readonly name: string
  readonly message: string
  readonly code: string
  readonly retryable: boolean
  /** The message for people, of errors that have one. */
  readonly text: LocalizedText | undefined
}

/** A call that failed in the other thread, with the code and the retry decision made there. */
export class WorkerCallError extends Error {
  override readonly name = 'WorkerCallError'
  /** Name of the error's class in the other thread, e.g. `QueryError`. */
  readonly kind: string
  readonly code: string
  readonly retryable: boolean
  readonly text: LocalizedText

  constructor(call: string, failure: CallFailure) {
    super(failure.message, { cause: call })
    this.kind = failure.name
    this.code = failure.code
    this.retryable = failure.retryable
    this.text = failure.text ?? { zh: failure.message, en: failure.message }
  }
}

/** Answers the calls that arrive at a port. Messages that aren't calls are left to other listeners. */
export function serveCalls(port: CallPort, table: CallTable): void {
  port.on('message', (message) => {
    if (isCall(message)) void answerCall(port, table, message)
  })
}

async function answerCall(port: CallPort, table: CallTable, message: CallMessage): Promise<void> {
  try {
    const called = table[message.name]
    if (called === undefined) throw new Error(`no function "${message.name}" is served here`)
    port.postMessage({ answer: message.call, value: await called(...message.args) })
  } catch (error) {
    port.postMessage({ answer: message.call, error: toFailure(error) })
  }
}

function toFailure(error: unknown): CallFailure {
  const [code, text] = [property(error, 'code'), property(error, 'text')]
  return {
    name: error instanceof Error ? error.name : 'Error',
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === 'string' ? code : 'UNKNOWN',
    retryable: property(error, 'retryable') === true,
    text: isLocalizedText(text) ? text : undefined,
  }
}

/** The calling side of a port. */
export interface Caller<T extends CallTable> {
  call<N extends keyof T & string>(
    name: N,
    ...args: Parameters<T[N]>
  ): Promise<Awaited<ReturnType<T[N]>>>
  /** Rejects all that is pending and all that comes: the other side is gone. */
  fail(reason: Error): void
}

export function openCaller<T extends CallTable>(port: CallPort): Caller<T> {
  const pending = new Map<
    number,
    { call: string; resolve: (value: never) => void; reject: (error: Error) => void }
  >()
  let calls = 0
  let gone: Error | undefined

  port.on('message', (message) => {
    if (!isAnswer(message)) return
    const waiting = pending.get(message.answer)
    pending.delete(message.answer)
    if (waiting === undefined) return
    if ('error' in message) waiting.reject(new WorkerCallError(waiting.call, message.error))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's type says what this function returns
    else waiting.resolve(message.value as never)
  })

  return {
    call(name, ...args) {
      if (gone !== undefined) return Promise.reject(gone)
      const call = ++calls
      return new Promise((resolve, reject) => {
        pending.set(call, { call: name, resolve, reject })
        port.postMessage({ call, name, args } satisfies CallMessage)
      })
    },
    fail(reason) {
      gone = reason
      for (const { reject } of pending.values()) reject(reason)
      pending.clear()
    },
  }
}

function isCall(message: unknown): message is CallMessage {
  return property(message, 'call') !== undefined
}

function isAnswer(message: unknown): message is AnswerMessage {
  return property(message, 'answer') !== undefined
}

function property(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined
}
