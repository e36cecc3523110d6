import { readFile } from 'node:fs/promises'
import type { HelperAnswer } from './answer.ts'
import { planCommand } from './listed-commands.ts'
import { parseRequest, RefusedError } from './request.ts'
import { failure, runProgram, type RunningProgram } from './run-program.ts'
import { parseShadowAges } from './shadow-ages.ts'

/** What of the machine is used: tests name stand-ins. */
export interface HelperMachine {
  readonly shadow: string
  /** The programs that stand for those of the list. */
  programsFor(listed: readonly string[]): readonly string[]
}

const THIS_MACHINE: HelperMachine = {
  shadow: '/etc/shadow',
  programsFor: (listed) => listed,
}

/** Answers one request line. It never rejects: what is not on the list, and what fails, is an answer too. */
export async function answerRequest(
  line: string,
  machine: HelperMachine = THIS_MACHINE,
): Promise<RunningProgram> {
  try {
    const request = parseRequest(line)
    if (request.command === 'shadow-ages') return { answer: await readShadow(machine), gone: NOW }
    const planned = planCommand(request)
    return await runProgram({ ...planned, programs: machine.programsFor(planned.programs) })
  } catch (error) {
    return { answer: toFailure(error), gone: NOW }
  }
}

const NOW = Promise.resolve()

async function readShadow({ shadow }: HelperMachine): Promise<HelperAnswer> {
  try {
    return { ok: true, accounts: parseShadowAges(await readFile(shadow, 'utf8')) }
  } catch {
    return failure('UNREADABLE', `${shadow} could not be read`)
  }
}

function toFailure(error: unknown): HelperAnswer {
  if (error instanceof RefusedError) return failure('REFUSED', error.message)
  return failure('UNREADABLE', error instanceof Error ? error.message : String(error))
}
