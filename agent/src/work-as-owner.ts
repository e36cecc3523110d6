import type { ChildProcess } from 'node:child_process'
import type { StateOwner } from '@wardround/program/running'
import { startChild } from './child.ts'
import type { StateFileWork } from './state-file-work.ts'

export interface WorkOfOwner {
  readonly owner: StateOwner
  readonly work: StateFileWork
}

export interface AnswerOfOwner {
  /** What was read. */
  readonly text?: string
  /** Of the system's error: beside the message the code, the call, the path. */
  readonly failure?: Readonly<Record<string, string>> & { readonly message: string }
}

/** A named pipe in a file's place would keep the child waiting for good. */
const DEADLINE_MS = 30_000

/** Has a child become the owner and do it. @throws the system's error, as the child had it */
export async function workAsOwner(
  owner: StateOwner,
  work: StateFileWork,
): Promise<string | undefined> {
  const child = startChild('state-file')
  try {
    const { text, failure } = await ask(child, { owner, work })
    if (failure === undefined) return text
    throw Object.assign(new Error(failure.message), failure)
  } finally {
    child.kill('SIGKILL')
  }
}

async function ask(child: ChildProcess, asked: WorkOfOwner): Promise<AnswerOfOwner> {
  const { file } = asked.work
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why: string) => () => reject(new Error(`${file}: ${why}`))
      // a child does not keep its parent alive: the timer does, until there is an answer
      timer = setTimeout(fail('no answer in time'), DEADLINE_MS)
      child.once('message', resolve).once('error', reject).once('exit', fail('the child ended'))
      child.send(asked)
    })
  } finally {
    clearTimeout(timer)
  }
}
