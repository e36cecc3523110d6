import { becomeOwner } from '@wardround/program/running'
import { asRecord } from './as-record.ts'
import { doStateFileWork } from './state-file-work.ts'
import type { AnswerOfOwner, WorkOfOwner } from './work-as-owner.ts'

/** A child of root's that becomes the state directory's owner before it touches a file there. */
export function startRole(): void {
  process.once('message', (asked: WorkOfOwner) => void answer(asked))
}

async function answer(asked: WorkOfOwner): Promise<void> {
  const answered = await work(asked)
  process.send?.(answered, () => process.disconnect())
}

async function work({ owner, work: asked }: WorkOfOwner): Promise<AnswerOfOwner> {
  try {
    becomeOwner(owner)
    const text = await doStateFileWork(asked)
    return text === undefined ? {} : { text }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

/** An Error loses all but its message on the channel. */
function failureOf(error: unknown): NonNullable<AnswerOfOwner['failure']> {
  const { code, syscall, path } = asRecord(error)
  const message = error instanceof Error ? error.message : String(error)
  return { message, ...onlyTexts({ code, syscall, path }) }
}

function onlyTexts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
